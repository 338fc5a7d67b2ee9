import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { MEDIA } from './oci-image.js';
import type { BaseReference } from './oci-reference.js';

type Registry = Extract<BaseReference, { kind: 'registry' }>;

/** A registry has refused, or does not answer; the message is for a person. */
export class RegistryFault extends Error {}

const ACCEPT = [MEDIA.index, MEDIA.manifest, MEDIA.dockerIndex, MEDIA.dockerManifest].join(', ');

/** Reads images from a registry (OCI distribution specification 1.1, "pull"; Docker's token authentication). */
export class RegistryClient {
  readonly #at: Registry;
  readonly #env: NodeJS.ProcessEnv;
  readonly #signal: AbortSignal | undefined;
  #authorization: string | undefined;

  constructor(at: Registry, env: NodeJS.ProcessEnv, signal: AbortSignal | undefined) {
    this.#at = at;
    this.#env = env;
    this.#signal = signal;
  }

  async manifest(reference: string): Promise<Uint8Array> {
    const response = await this.#get(`manifests/${reference}`, ACCEPT);
    return new Uint8Array(await response.arrayBuffer());
  }

  /** A registry may send a blob from elsewhere; what names us is not sent there. */
  async blob(digest: string): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.#get(`blobs/${digest}`, '*/*');
    if (!body) throw new RegistryFault(`${this.#at.origin} sent nothing for ${digest}`);
    return body;
  }

  async #get(path: string, accept: string): Promise<Response> {
    const url = `${this.#at.origin}/v2/${this.#at.repository}/${path}`;
    const ask = () =>
      this.#fetch(url, {
        accept,
        ...(this.#authorization !== undefined && { authorization: this.#authorization }),
      });
    let response = await ask();
    if (response.status === 401) {
      await response.body?.cancel();
      this.#authorization = await this.#authorize(response.headers.get('www-authenticate') ?? '');
      response = await ask();
    }
    if (response.ok) return response;
    await response.body?.cancel();
    throw new RegistryFault(`${url} answers ${response.status} ${response.statusText}`.trim());
  }

  /** The header that a challenge asks for: a token that is fetched, or the name and password themselves. */
  async #authorize(challenge: string): Promise<string | undefined> {
    const login = await this.#login();
    if (/^basic\b/i.test(challenge)) return login && `Basic ${login}`;
    const parameters = Object.fromEntries(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
    );
    const { realm, service } = parameters;
    if (!/^bearer\b/i.test(challenge) || !realm || !URL.canParse(realm)) return undefined;
    const url = new URL(realm);
    if (service) url.searchParams.set('service', service);
    url.searchParams.set('scope', parameters['scope'] ?? `repository:${this.#at.repository}:pull`);
    const response = await this.#fetch(url.href, login ? { authorization: `Basic ${login}` } : {});
    if (!response.ok) {
      await response.body?.cancel();
      throw new RegistryFault(`${url.origin} gives no token for ${this.#at.repository}: ${response.status}`);
    }
    const { token, access_token } = (await response.json()) as { token?: string; access_token?: string };
    return `Bearer ${token ?? access_token ?? ''}`;
  }

  /** Name and password as `docker login` keeps them, where no program keeps them for it. */
  async #login(): Promise<string | undefined> {
    const folder = this.#env['DOCKER_CONFIG'] ?? join(this.#env['HOME'] ?? homedir(), '.docker');
    try {
      const { auths = {} } = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as {
        auths?: Record<string, { auth?: string }>;
      };
      return auths[new URL(this.#at.origin).host]?.auth;
    } catch {
      return undefined;
    }
  }

  async #fetch(url: string, headers: Record<string, string>): Promise<Response> {
    try {
      return await fetch(url, { headers, ...(this.#signal && { signal: this.#signal }) });
    } catch (error) {
      this.#signal?.throwIfAborted();
      const { message, cause } = error as Error & { cause?: Error };
      throw new RegistryFault(`${new URL(url).origin} does not answer: ${cause?.message ?? message}`);
    }
  }
}
