import { refuse } from '../../lambda/identity/query-answer.js';

/** The members of a request of the Query protocol: `RoleName=x&Tags.member.1.Key=y`. */
export class QueryInput {
  constructor(private readonly form: URLSearchParams) {}

  text(name: string): string | undefined {
    return this.form.get(name) ?? undefined;
  }

  /** @throws QueryError when it is not there */
  required(name: string): string {
    const value = this.text(name);
    if (value !== undefined && value !== '') return value;
    throw refuse(
      400,
      'ValidationError',
      `1 validation error detected: Value null at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must not be null`,
    );
  }

  /** Texts of a list. */
  list(name: string): string[] {
    const found: string[] = [];
    for (let index = 1; ; index += 1) {
      const value = this.text(`${name}.member.${index}`);
      if (value === undefined) return found;
      found.push(value);
    }
  }

  tags(): Record<string, string> {
    const found: [string, string][] = [];
    for (let index = 1; ; index += 1) {
      const key = this.text(`Tags.member.${index}.Key`);
      if (key === undefined) return Object.fromEntries(found);
      found.push([key, this.text(`Tags.member.${index}.Value`) ?? '']);
    }
  }
}
