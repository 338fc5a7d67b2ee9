/**
 * What services of the Query protocol answer with: XML, as botocore's and the SDKs' parsers read it (iam 2010-05-08,
 * sts 2011-06-15; the forms are those of the API references' examples).
 */

/** A list becomes `<member>` elements; what is undefined is left out. */
export type Tree =
  | string
  | number
  | boolean
  | undefined
  | readonly Tree[]
  | { readonly [name: string]: Tree };

export interface QueryRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** A refusal on its way from where it is noticed to where it is answered. */
export class QueryError extends Error {
  constructor(readonly refusal: QueryRefusal) {
    super(refusal.message);
  }
}

export const refuse = (status: number, code: string, message: string) =>
  new QueryError({ status, code, message });

/** @param result undefined for operations whose answer says only that all went well */
export function answerBody(
  namespace: string,
  action: string,
  result: Tree | undefined,
  requestId: string,
): string {
  const told = result === undefined ? {} : { [`${action}Result`]: result };
  return document(`${action}Response`, namespace, { ...told, ResponseMetadata: { RequestId: requestId } });
}

export function refusalBody(namespace: string, refusal: QueryRefusal, requestId: string): string {
  const { code: Code, message: Message, status } = refusal;
  const Type = status >= 500 ? 'Receiver' : 'Sender';
  return document('ErrorResponse', namespace, { Error: { Type, Code, Message }, RequestId: requestId });
}

function document(root: string, namespace: string, tree: Tree): string {
  return `<${root} xmlns="${namespace}">${xml(tree)}</${root}>`;
}

function xml(tree: Tree): string {
  if (tree === undefined) return '';
  if (typeof tree !== 'object') return escaped(String(tree));
  if (isList(tree)) return tree.map((one) => `<member>${xml(one)}</member>`).join('');
  return Object.entries(tree)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<${name}>${xml(value)}</${name}>`)
    .join('');
}

function isList(tree: Tree): tree is readonly Tree[] {
  return Array.isArray(tree);
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML has no way to say most control characters. */
function escaped(text: string): string {
  return [...text.replace(/[&<>"]/g, (sign) => ENTITIES[sign]!)]
    .map((sign) => (sign < ' ' && !'\t\n\r'.includes(sign) ? '\ufffd' : sign === '\r' ? '&#xD;' : sign))
    .join('');
}
