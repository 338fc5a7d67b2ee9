import { type Command, Option } from 'commander';
import { HTTP_FEATURES, type HttpFeature } from '../new/kind.js';

/** The options that `new` and `init` share, spelt as Cargo Lambda spells them. */
export interface NewOptions {
  readonly http?: true;
  readonly httpFeature?: HttpFeature;
  readonly eventType?: string;
  readonly extension?: true;
  readonly events?: true;
  readonly logs?: true;
  readonly telemetry?: true;
  readonly workspace?: true;
  readonly otel?: true;
  readonly template?: string;
  readonly renderFile?: string[];
  readonly renderVar?: string[];
  readonly ignoreFile?: string[];
  readonly name?: string;
  readonly binName?: string;
  readonly functionName?: string;
  readonly open?: true;
  /** False with `-y`. */
  readonly interactive: boolean;
  readonly default?: true;
  readonly output: 'text' | 'json';
}

export function addNewOptions(command: Command): void {
  const each = (value: string, before: string[] | undefined) => [...(before ?? []), value];
  command
    .option('--http', 'a function that answers HTTP requests')
    .addOption(new Option('--http-feature <feature>', 'HTTP from one kind of sender').choices(HTTP_FEATURES))
    .option('--event-type <type>', 'a function for a type of aws_lambda_events, such as sqs::SqsEvent')
    .option('--workspace', 'a workspace with two functions and a library that they share')
    .option('--extension', 'an extension in place of a function')
    .option('--events', 'the extension follows invocations (the default)')
    .option('--logs', 'the extension receives logs')
    .option('--telemetry', 'the extension receives logs, metrics and traces')
    .option('--otel', 'a function that sends traces to OpenTelemetry')
    .option('--name <name>', "the package's name, when it is not the folder's")
    .option('--bin-name <name>', "the function's name, when it is not the package's")
    .addOption(new Option('--function-name <name>').hideHelp())
    .option('--template <folder|zip>', 'a template of your own, in the form of Cargo Lambda')
    .option('--render-file <path>', 'render this file of the template too (repeatable)', each)
    .option('--render-var <name=value>', 'a variable for the template (repeatable)', each)
    .option('--ignore-file <path>', 'leave this file of the template out (repeatable)', each)
    .option('-y, --no-interactive', 'ask nothing, take the defaults')
    .addOption(new Option('--default').hideHelp())
    .option('-o, --open', 'open the project in $EDITOR')
    .addOption(new Option('--output <format>', 'what to print').choices(['text', 'json']).default('text'));
}
