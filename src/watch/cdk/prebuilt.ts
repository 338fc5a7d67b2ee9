import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../errors.js';
import type { LocalLambda } from '../../local/local-lambda.js';
import type { AppFunction } from '../../template/app.js';
import { emulatorFor } from '../emulator.js';
import { fingerprint, type Generations } from '../generations.js';
import type { WatchOptions } from '../options.js';
import type { Unpacked } from './unpacked.js';

/** Functions whose asset is a program that is built already: they are served as they are. */
export class Prebuilt {
  private readonly served = new Map<string, string>();

  constructor(
    private readonly lambda: LocalLambda,
    private readonly generations: Generations,
    private readonly unpacked: Unpacked,
    private readonly options: WatchOptions,
  ) {}

  /** Serves those of them that are new, or other than before; says which. */
  async serve(functions: readonly AppFunction[]): Promise<string[]> {
    const names = functions.map(({ name }) => name);
    for (const name of this.served.keys()) if (!names.includes(name)) this.served.delete(name);
    const updated: string[] = [];
    for (const { name, code } of functions) {
      if (code.kind !== 'prebuilt') continue;
      try {
        if (await this.serveOne(name, code.path)) updated.push(name);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        this.served.delete(name);
        this.lambda.fail(name, `${error.message}\n${error.fix}`);
        this.options.onEvent({
          type: 'warning',
          text: `${name} cannot be served: ${error.message} ${error.fix}`,
        });
      }
    }
    return updated;
  }

  private async serveOne(name: string, asset: string): Promise<boolean> {
    const folder = await this.unpacked.at(asset).catch(() => asset);
    const bootstrap = join(folder, 'bootstrap');
    const print = await fingerprint(bootstrap).catch(() => undefined);
    if (print === undefined) {
      throw new UserError('cdk.assembly', {
        what: `Its asset ${asset} has no bootstrap.`,
        fix: 'Build it with crablet/cdk, which tells where its source is, or put a built bootstrap there.',
      });
    }
    if (this.served.get(name) === print) return false;
    const others = (await readdir(folder)).filter((file) => file !== 'bootstrap');
    const artifact = await this.generations.make(
      name,
      bootstrap,
      others.map((file) => ({ name: file, path: join(folder, file) })),
      { emulator: await emulatorFor(bootstrap, this.options.load) },
    );
    this.lambda.update(name, artifact, { warmUp: true });
    this.served.set(name, print);
    return true;
  }
}
