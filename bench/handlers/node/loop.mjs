// A loop on the Runtime API, where aws-lambda-ric's native part could not be built; reports say which one ran.
import { Agent, request } from 'node:http';

const { handler } = await import(`./${process.env.HANDLER}.mjs`);
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const INVOCATION = '/2018-06-01/runtime/invocation/';

function ask(method, path, body) {
  return new Promise((resolve, reject) => {
    const asking = request({ host, port, method, path, agent }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ headers: response.headers, text: Buffer.concat(chunks).toString() }),
      );
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

for (;;) {
  const { headers, text } = await ask('GET', `${INVOCATION}next`);
  const path = INVOCATION + headers['lambda-runtime-aws-request-id'];
  try {
    await ask('POST', `${path}/response`, JSON.stringify(await handler(JSON.parse(text))));
  } catch ({ name: errorType, message: errorMessage }) {
    await ask('POST', `${path}/error`, JSON.stringify({ errorType, errorMessage }));
  }
}
