import { configurationChanges, differing, variableChanges } from './changes.js';
import type { Configuration } from './configuration.js';
import { type Desired, type DesiredFunction, OWNER_TAG } from './desired.js';
import type { Observed, ObservedFunction } from './observed.js';
import { same } from './same.js';
import type { Step } from './step.js';
import { tagChanges, wantedTags } from './tags.js';

/** What `$LATEST` is to be configured with, given what is there. */
export function wantedConfiguration(desired: DesiredFunction, there: ObservedFunction | null): Configuration {
  const { configuration, mergeEnv } = desired;
  if (!mergeEnv || !there) return configuration;
  const environment = { ...there.configuration.environment, ...configuration.environment };
  return { ...configuration, environment };
}

const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(2)} MB`;

/** Puts the zip into S3, where it goes through that, and only when the code is going to change. */
export function planUpload({ code, owner }: Desired, { s3: there }: Observed): Step[] {
  const { s3 } = code;
  if (s3 === null) return [];
  const object: Step = {
    id: 'upload',
    what: `upload the code to s3://${s3.bucket}/${s3.key}`,
    why: 'the code goes through S3',
    changes: [{ name: 'code', before: null, after: `${megabytes(code.bytes)} ${code.architecture}` }],
    removes: false,
    writes: [{ kind: 'put-object', bucket: s3.bucket, key: s3.key, code }],
  };
  const isThere = there?.object === true && s3.key.endsWith(contentKey(code.sha256));
  const upload = isThere ? [] : [object];
  if (there?.bucket !== false) return upload;
  return [
    {
      id: 'bucket',
      what: `create the bucket ${s3.bucket}`,
      why: 'the code goes through S3, and there is none',
      changes: [{ name: 'bucket', before: null, after: s3.bucket }],
      removes: false,
      writes: [{ kind: 'create-bucket', bucket: s3.bucket, tags: { [OWNER_TAG]: owner } }],
    },
    ...upload,
  ];
}

/** The end of a key that is named after its content. */
function contentKey(sha256: string): string {
  return `${Buffer.from(sha256, 'base64').toString('hex')}.zip`;
}

export function planCreation(desired: DesiredFunction): Step {
  const { name, configuration, code, owner, tags, codeSigningConfigArn } = desired;
  const keys = Object.keys(configuration) as (keyof Configuration)[];
  return {
    id: 'create',
    what: `create the function ${name}`,
    why: 'there is none',
    changes: [
      { name: 'code', before: null, after: megabytes(code.bytes) },
      ...configurationChanges(null, configuration, keys).filter(({ after }) => after !== null),
      ...variableChanges({}, tags, 'tag'),
      ...(codeSigningConfigArn === null
        ? []
        : [{ name: 'code signing', before: null, after: codeSigningConfigArn }]),
    ],
    removes: false,
    writes: [
      {
        kind: 'create-function',
        function: name,
        configuration,
        code,
        tags: wantedTags(tags, owner),
        codeSigningConfigArn,
      },
    ],
  };
}

/** Code before configuration: what is most likely to fail comes before anything has changed. */
export function planLatest(desired: DesiredFunction, there: ObservedFunction): Step[] {
  return [...planCodeSigning(desired, there), ...planCode(desired, there), ...planSettings(desired, there)];
}

export function needsCode({ code, configuration }: DesiredFunction, there: ObservedFunction): boolean {
  const isOther = there.configuration.architecture !== configuration.architecture;
  return there.codeSha256 !== code.sha256 || isOther || there.failure !== null;
}

function planCode(desired: DesiredFunction, there: ObservedFunction): Step[] {
  const { code, name, configuration } = desired;
  if (!needsCode(desired, there)) return [];
  const was = there.configuration.architecture;
  const isOther = was !== configuration.architecture;
  const why =
    there.codeSha256 !== code.sha256
      ? 'the built code is another one'
      : isOther
        ? 'the binary is for another architecture'
        : `the last update failed: ${there.failure}`;
  return [
    {
      id: 'code',
      what: `update the code of ${name}`,
      why,
      changes: [
        ...(there.codeSha256 === code.sha256
          ? []
          : [{ name: 'code (sha256)', before: short(there.codeSha256), after: short(code.sha256) }]),
        ...(isOther ? [{ name: 'architecture', before: was, after: configuration.architecture }] : []),
      ],
      removes: false,
      writes: [{ kind: 'update-code', function: name, code }],
    },
  ];
}

const short = (sha256: string): string => Buffer.from(sha256, 'base64').toString('hex').slice(0, 12);

function planSettings(desired: DesiredFunction, there: ObservedFunction): Step[] {
  const wanted = wantedConfiguration(desired, there);
  const keys = differing(there.configuration, wanted).filter((key) => key !== 'architecture');
  if (keys.length === 0) return [];
  const change = Object.fromEntries(keys.map((key) => [key, wanted[key]])) as Partial<Configuration>;
  return [
    {
      id: 'configuration',
      what: `change the settings of ${desired.name}`,
      why: 'the project says otherwise',
      changes: configurationChanges(there.configuration, wanted, keys),
      removes: false,
      writes: [{ kind: 'update-configuration', function: desired.name, change }],
    },
  ];
}

function planCodeSigning({ name, codeSigningConfigArn: wanted }: DesiredFunction, there: ObservedFunction) {
  const was = there.codeSigningConfigArn;
  if (was === wanted) return [];
  const step: Step = {
    id: 'code-signing',
    what: wanted === null ? 'take away the code signing' : 'set the code signing',
    why: 'the project says otherwise',
    changes: [{ name: 'code signing', before: was, after: wanted }],
    removes: wanted === null,
    writes: [{ kind: 'put-code-signing', function: name, arn: wanted }],
  };
  return [step];
}

/** Tags and concurrency are of the whole function, and of no version. */
export function planAround(desired: DesiredFunction, there: ObservedFunction | null): Step[] {
  return [...planTags(desired, there), ...planReserved(desired, there)];
}

function planTags({ arn, tags, owner }: DesiredFunction, there: ObservedFunction | null): Step[] {
  // A new one is created with them.
  if (!there) return [];
  const { put, remove } = tagChanges(there.tags, wantedTags(tags, owner));
  const isSame = Object.keys(put).length === 0 && remove.length === 0;
  if (isSame) return [];
  const after = { ...pick(there.tags, Object.keys(put)), ...put };
  return [
    {
      id: 'tags',
      what: 'change the tags',
      why: there.tags[OWNER_TAG] === owner ? 'the project says otherwise' : 'the function is taken over',
      changes: variableChanges(pick(there.tags, [...Object.keys(put), ...remove]), after, 'tag'),
      removes: remove.length > 0,
      writes: [
        ...(remove.length > 0 ? [{ kind: 'untag-function' as const, arn, keys: remove }] : []),
        ...(Object.keys(put).length > 0 ? [{ kind: 'tag-function' as const, arn, tags: put }] : []),
      ],
    },
  ];
}

function pick(from: Readonly<Record<string, string>>, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));
}

function planReserved(
  { name, reservedConcurrency }: DesiredFunction,
  there: ObservedFunction | null,
): Step[] {
  const was = there?.reservedConcurrency ?? null;
  if (same(was, reservedConcurrency)) return [];
  const text = (value: number | null) => (value === null ? null : String(value));
  return [
    {
      id: 'reserved-concurrency',
      what: reservedConcurrency === null ? 'release the reserved concurrency' : 'reserve concurrency',
      why: 'the project says otherwise',
      changes: [{ name: 'reserved concurrency', before: text(was), after: text(reservedConcurrency) }],
      removes: reservedConcurrency === null,
      writes: [{ kind: 'put-reserved-concurrency', function: name, value: reservedConcurrency }],
    },
  ];
}
