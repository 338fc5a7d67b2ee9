import { type Command, InvalidArgumentError, Option } from 'commander';

/** Which account and region, as every command that calls AWS takes them. */
export interface AwsOptions {
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
  readonly retryAttempts?: number;
}

export function addAwsOptions(command: Command): Command {
  const options = [
    new Option('--profile <name>', 'AWS profile'),
    new Option('-r, --region <region>', 'AWS region (default: as the AWS SDK finds it)'),
    new Option('--endpoint-url <url>', "another service's endpoint, such as http://127.0.0.1:9000"),
    new Option('--retry-attempts <n>', 'how often a call is tried again').argParser(count),
  ];
  for (const option of options) command.addOption(option.helpGroup('AWS:'));
  return command;
}

function count(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
