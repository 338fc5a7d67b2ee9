import type { Command } from 'commander';
import { examples } from '../command.js';
import type { CliContext } from '../context.js';
import { addDeployOptions, type DeployOptions } from '../deploy-options.js';

export function define(command: Command, context: CliContext): void {
  command.argument('[name]', 'name of the function on AWS (default: that of the binary)');
  addDeployOptions(command);
  command.action(async (name: string | undefined, options: DeployOptions) => {
    const { deployProject } = await import('../deploy-project.js');
    return deployProject(name, options, context);
  });
  examples(command, [
    ['crablet deploy', 'build, show what would change, ask, and deploy every function'],
    ['crablet deploy --dry-run', 'only show what would change'],
    ['crablet deploy -p orders --yes', 'the functions of one package, without asking'],
    [
      'crablet deploy --memory 512 --timeout 10 --enable-function-url',
      'with settings (better kept in Cargo.toml)',
    ],
    ['crablet deploy --endpoint-url http://127.0.0.1:9000', 'to the local service'],
    ['crablet deploy --output json', 'what was done, for scripts'],
  ]);
}
