import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import * as v from 'valibot';
import { fault, type Jwt, type JwtFault, type RsaAlgorithm } from '../../lambda/api-gateway/jwt.js';

const CONFIGURATION = v.looseObject({ jwks_uri: v.string() });
const KEYS = v.looseObject({
  keys: v.array(v.looseObject({ kty: v.string(), kid: v.optional(v.string()) })),
});
type Key = v.InferOutput<typeof KEYS>['keys'][number];

/** API Gateway keeps an issuer's keys for two hours (developer guide, "Authorizing API requests"). */
const KEPT_MS = 2 * 3600_000;
/** One that has not answered by then is not going to (the same page: 1500 ms). */
const TIMEOUT_MS = 1500;
const HASHES: Record<RsaAlgorithm, string> = {
  RS256: 'RSA-SHA256',
  RS384: 'RSA-SHA384',
  RS512: 'RSA-SHA512',
};

/** The public keys of issuers, as they publish them (OpenID Connect Discovery 1.0). */
export class JwtKeys {
  private readonly kept = new Map<string, { readonly untilMs: number; readonly keys: readonly Key[] }>();

  /** @throws Error when the issuer cannot be asked */
  async refuse(issuer: string, jwt: Jwt): Promise<JwtFault | undefined> {
    const keys = await this.of(issuer);
    // A key that is new there is looked for once more.
    const key = find(keys, jwt.keyId) ?? find(await this.of(issuer, true), jwt.keyId);
    if (!key) return fault(`${issuer} has no key ${jwt.keyId ?? 'of RSA'}`);
    const publicKey = createPublicKey({ key: key as JsonWebKey, format: 'jwk' });
    const right = verify(HASHES[jwt.algorithm], Buffer.from(jwt.signed), publicKey, jwt.signature);
    return right ? undefined : fault('its signature is not that of its issuer');
  }

  private async of(issuer: string, anew = false): Promise<readonly Key[]> {
    const known = this.kept.get(issuer);
    if (known && !anew && known.untilMs > Date.now()) return known.keys;
    const from = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const { jwks_uri: uri } = v.parse(CONFIGURATION, await json(from));
    const { keys } = v.parse(KEYS, await json(uri));
    this.kept.set(issuer, { untilMs: Date.now() + KEPT_MS, keys });
    return keys;
  }
}

function find(keys: readonly Key[], keyId: string | undefined): Key | undefined {
  const ofRsa = keys.filter(({ kty }) => kty === 'RSA');
  return keyId === undefined && ofRsa.length === 1 ? ofRsa[0] : ofRsa.find(({ kid }) => kid === keyId);
}

async function json(url: string): Promise<unknown> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return answer.json();
}
