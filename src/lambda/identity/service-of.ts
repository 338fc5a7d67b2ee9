/** The services of the Query protocol that are answered here. */
export type QueryService = 'iam' | 'sts';

/**
 * Which of them a signed request is for: they share a path with everything else, and the scope of the signature names
 * the service (AWS General Reference, "Authenticating Requests": `<key>/<date>/<region>/<service>/aws4_request`).
 */
export function queryServiceOf(authorization: string | undefined): QueryService | undefined {
  const [, service] = /Credential=[^,]*\/(iam|sts)\/aws4_request/.exec(authorization ?? '') ?? [];
  return service as QueryService | undefined;
}
