export { EXIT, UserError, type ErrorCode } from './errors.js';
export { VERSION } from './version.js';
