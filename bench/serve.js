// For each line on stdin: a new local Lambda with one built function and no environment; its URL goes to stdout.
import { createInterface } from 'node:readline';
import { createLocalLambda } from '../dist/index.js';

const [bootstrap] = process.argv.slice(2);
const heard = () => {};
let lambda;
for await (const _line of createInterface({ input: process.stdin })) {
  await lambda?.close();
  lambda = await createLocalLambda({
    functions: [
      { name: 'hello', bootstrap, logFormat: 'JSON', environment: { AWS_LAMBDA_LOG_FORMAT: 'JSON' } },
    ],
    // Somebody listens, as in `crablet watch`: the log is made, not only thrown away.
    onEvent: heard,
  });
  process.stdout.write(`${lambda.urlOf('hello')}\n`);
}
await lambda?.close();
