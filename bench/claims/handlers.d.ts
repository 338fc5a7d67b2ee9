export interface Handler {
  readonly work: string;
  readonly language: string;
  readonly folder: string;
  readonly runtime: string;
}

export const WORK: readonly string[];

export function assemble(
  folder: string,
  how?: { readonly target?: string; readonly built?: Readonly<Record<string, string>> },
): Promise<{
  readonly handlers: readonly Handler[];
  readonly payloads: Readonly<Record<string, string>>;
  readonly missing: readonly string[];
}>;
