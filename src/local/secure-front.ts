import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { secureServer } from '../http/secure-server.js';
import type { ServerTls } from '../http/tls-files.js';
import type { OpenServer } from './front.js';
import { newId } from './ids.js';
import { isOtlp, receiveOtlp } from './traces/receiver.js';
import type { Traces } from './traces/traces.js';
import { sendText } from './url-answer.js';

/** Its name in a header, for clients that look at AWS's kind of errors. */
export const HTTPS_REQUIRED = 'HttpsRequired';

/** What a client sends that does not trust what it was shown (RFC 8446, 6.2). */
const DISTRUST = /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED)$/;

/** The port that callers know, over TLS. */
export function overTls(
  tls: ServerTls,
  traces: Traces | undefined,
  warnOnce: (text: string) => void,
): OpenServer {
  return (options, request) => {
    const { server, closePlain } = secureServer(tls, options, {
      request,
      plainRequest: (plain, response) => answerPlain(plain, response, traces),
      failed(code) {
        if (!DISTRUST.test(code)) return;
        warnOnce(
          'A client does not trust the certificate. Tell it which to trust: curl --cacert FILE, AWS_CA_BUNDLE=FILE, ' +
            'NODE_EXTRA_CA_CERTS=FILE, crablet invoke --tls-ca FILE',
        );
      },
    });
    return { server, event: 'secureConnection', closePlain };
  };
}

/**
 * Functions send their spans without TLS: they have no reason to trust this certificate, and are on this machine.
 * All others are told what they did.
 */
function answerPlain(request: IncomingMessage, response: ServerResponse, traces: Traces | undefined): void {
  if (traces && isOtlp(request) && isOfThisMachine(request.socket))
    return receiveOtlp(traces, request, response);
  request.resume();
  const { url = '/', headers } = request;
  const host = headers.host ?? `127.0.0.1:${request.socket.localPort}`;
  const message = `This port speaks HTTPS, and the request came as plain HTTP. Ask https://${host}`;
  response.setHeader('Connection', 'close');
  response.setHeader('x-amzn-ErrorType', HTTPS_REQUIRED);
  if (!/^\/20\d\d-\d\d-\d\d\//.test(url)) return sendText(response, newId(), 400, `${message}${url}\n`);
  response.writeHead(400, { 'Content-Type': 'application/json', 'x-amzn-RequestId': newId() });
  response.end(JSON.stringify({ Type: 'User', message }));
}

function isOfThisMachine({ remoteAddress = '', localAddress }: Socket): boolean {
  return remoteAddress === localAddress || /^(::ffff:)?127\.|^::1$/.test(remoteAddress);
}
