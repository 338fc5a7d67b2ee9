import type { Api } from '../../lambda/api-gateway/definition.js';
import { AuthorizerCache } from './function-authorizer.js';
import { JwtKeys } from './jwt-keys.js';

/** The API that is asked, and what of the URL is the API's: the stage, the path, the query. */
export interface ApiRequest {
  readonly api: Api;
  readonly rawUrl: string;
  /** What the function is told as the API's host name. */
  readonly domainName: string;
}

const PATH = '/apis/';
const HOST = '.execute-api.';

/** The APIs of one local Lambda: at a host name of AWS's form, and at a path for clients that cannot have one. */
export class Apis {
  readonly authorizations = new AuthorizerCache();
  readonly keys = new JwtKeys();
  private byId = new Map<string, Api>();
  private byName = new Map<string, Api>();

  get empty(): boolean {
    return this.byId.size === 0;
  }

  get all(): readonly Api[] {
    return [...this.byId.values()];
  }

  replace(apis: readonly Api[]): void {
    this.authorizations.clear();
    this.byId = new Map(apis.map((api) => [api.id, api]));
    this.byName = new Map(apis.map((api) => [api.name, api]));
  }

  /** Undefined for a request to something else; `unknown` for one to an API that is not there. */
  find(host: string | undefined, url: string): ApiRequest | 'unknown' | undefined {
    if (this.empty) return undefined;
    const at = host?.indexOf(HOST) ?? -1;
    if (at > 0) {
      const api = this.byId.get(host!.slice(0, at).toLowerCase());
      return api ? { api, rawUrl: url, domainName: host!.replace(/:\d+$/, '') } : 'unknown';
    }
    if (!url.startsWith(PATH)) return undefined;
    const length = url.slice(PATH.length).search(/[/?]/);
    const end = length === -1 ? url.length : PATH.length + length;
    const name = url.slice(PATH.length, end);
    const api = this.byName.get(name) ?? this.byId.get(name);
    if (!api) return 'unknown';
    const rest = url.slice(end);
    return {
      api,
      rawUrl: rest.startsWith('/') ? rest : `/${rest}`,
      domainName: `${api.id}${HOST}localhost`,
    };
  }

  /** @param origin `http://127.0.0.1:9000` */
  static urlOf({ id, name }: Pick<Api, 'id' | 'name'>, origin: string): { path: string; host: string } {
    const { protocol, port } = new URL(origin);
    return {
      path: `${origin}${PATH}${encodeURIComponent(name)}`,
      host: `${protocol}//${id}${HOST}localhost:${port}`,
    };
  }
}
