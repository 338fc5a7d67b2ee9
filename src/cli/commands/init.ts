export { define } from './new.js';
