import type { BundlingOptions } from './bundling-options.js';
import type { Complaint } from './construct-error.js';

/** What TypeScript refuses and JavaScript does not: a text in the place of a list would be taken letter by letter. */
export function wrongBundling({
  cargoLambdaFlags,
  additionalInputs,
  commandHooks,
  profile,
}: BundlingOptions): Complaint | undefined {
  const lists: readonly (readonly [name: string, value: unknown])[] = [
    ['bundling.cargoLambdaFlags', cargoLambdaFlags],
    ['bundling.additionalInputs', additionalInputs],
    [
      'what commandHooks.beforeBundling returns',
      commandHooks?.beforeBundling?.('/asset-input', '/asset-output'),
    ],
    [
      'what commandHooks.afterBundling returns',
      commandHooks?.afterBundling?.('/asset-input', '/asset-output'),
    ],
  ];
  const wrong = lists.find(([, value]) => value !== undefined && !isListOfTexts(value));
  if (wrong) {
    const [name, value] = wrong;
    return {
      what: `${name} is ${JSON.stringify(value)}, which is no list of texts.`,
      fix: `Write a list: ${JSON.stringify(typeof value === 'string' && name.startsWith('bundling') ? value.split(' ') : [typeof value === 'string' ? value : '…'])}`,
    };
  }
  if (profile !== undefined && (typeof profile !== 'string' || profile.trim() === '')) {
    return {
      what: `bundling.profile is ${JSON.stringify(profile)}, which is no profile of cargo's.`,
      fix: "Write its name, such as 'release', or leave it out.",
    };
  }
  return undefined;
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
