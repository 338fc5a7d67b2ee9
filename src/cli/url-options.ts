import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Credentials } from '../lambda/environment-variables.js';
import type { InvokeMode, UrlAuth } from '../local/function-settings.js';
import type { WatchOverrides } from '../watch/options.js';
import { given } from './cargo-options.js';

/** How function URLs answer, and whom. */
export interface UrlOptions {
  readonly invokeMode?: InvokeMode;
  readonly urlAuth?: UrlAuth;
  readonly acceptKey?: Credentials[];
  readonly shapeBandwidth?: true;
}

export function addUrlOptions(command: Command): Command {
  const options = [
    new Option(
      '--invoke-mode <mode>',
      'how they answer (default: deploy.function_url.invoke_mode, or auto: as the function does)',
    ).choices(['auto', 'BUFFERED', 'RESPONSE_STREAM']),
    new Option(
      '--url-auth <type>',
      'who may call them (default: deploy.function_url.auth_type, or NONE: everybody)',
    ).choices(['NONE', 'AWS_IAM']),
    new Option(
      '--accept-key <id:secret>',
      'a key that may sign requests to them, beside your own (repeatable)',
    ).argParser(acceptKey),
    new Option('--shape-bandwidth', 'stream as fast as AWS does: 6 MB at once, then 2 MB a second'),
  ];
  for (const option of options) command.addOption(option.helpGroup('Function URLs:'));
  return command;
}

export function urlOverrides({ invokeMode, urlAuth, shapeBandwidth }: UrlOptions): WatchOverrides {
  return given({ invokeMode, urlAuth, shapeBandwidth });
}

/** `ID:SECRET`, or `ID:SECRET:TOKEN` for a temporary key. */
function acceptKey(text: string, before: readonly Credentials[] = []): Credentials[] {
  const [accessKeyId, secretAccessKey, sessionToken, ...more] = text.split(':');
  if (!accessKeyId || !secretAccessKey || more.length > 0)
    throw new InvalidArgumentError('Write the key as ID:SECRET, or ID:SECRET:TOKEN for a temporary one.');
  return [...before, { accessKeyId, secretAccessKey, sessionToken }];
}
