import { Liquid } from 'liquidjs';
import { UserError } from '../errors.js';

export type Variables = Readonly<Record<string, string | boolean | null | readonly string[]>>;

export interface TemplateFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly contents: Buffer;
  /** Whether the file can be run, which a zip or a folder may say. */
  readonly executable?: boolean;
}

/** Renders Liquid; `parts` are the templates that `{% render 'name' %}` may name. Nothing else is read. */
export class Renderer {
  readonly #liquid: Liquid;
  readonly #variables: Variables;

  constructor(variables: Variables, parts: Readonly<Record<string, string>> = {}) {
    // As the Liquid of Cargo Lambda's templates: an unknown variable is an error, but may be asked for in an `if`.
    this.#liquid = new Liquid({
      templates: parts,
      strictVariables: true,
      lenientIf: true,
      strictFilters: true,
    });
    this.#variables = variables;
  }

  /** `where` names the text in the error. */
  text(source: string, where: string): string {
    try {
      return this.#liquid.parseAndRenderSync(source, this.#variables);
    } catch (error) {
      const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0];
      throw new UserError('environment.file', {
        what: `The template file ${where} cannot be rendered: ${reason}`,
        fix: 'Mend the Liquid in that file, or give a missing variable: --render-var NAME=VALUE',
        cause: error,
      });
    }
  }

  file(file: TemplateFile): TemplateFile {
    return { ...file, contents: Buffer.from(this.text(file.contents.toString(), file.path)) };
  }
}
