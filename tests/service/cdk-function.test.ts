import { Duration } from 'aws-cdk-lib';
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RustFunction, type RustFunctionProps } from '../../src/cdk/index.js';
import { assetKeys, type CdkProject, cdkProject, templateOf } from '../support/cdk-project.js';

let project: CdkProject;

beforeEach(async () => {
  project = await cdkProject({ packages: [{ name: 'hello', bins: ['hello'] }] });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await project.remove();
});

const withProps = (props: RustFunctionProps) =>
  templateOf((stack) => new RustFunction(stack, 'Hello', { manifestPath: project.folder, ...props }));

describe('RustFunction in a template', () => {
  it('is a function on provided.al2023 for x86_64 that logs JSON', () => {
    withProps({}).hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'bootstrap',
      Runtime: 'provided.al2023',
      Architectures: ['x86_64'],
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'INFO' },
    });
  });

  it.each<[string, RustFunctionProps, object]>([
    ['runtime by name', { runtime: 'provided.al2' }, { Runtime: 'provided.al2' }],
    ['runtime as the CDK has it', { runtime: Runtime.PROVIDED_AL2 }, { Runtime: 'provided.al2' }],
    ['architecture', { architecture: Architecture.ARM_64 }, { Architectures: ['arm64'] }],
    [
      'bundling.architecture',
      { bundling: { architecture: Architecture.ARM_64 } },
      { Architectures: ['arm64'] },
    ],
    [
      'a target among the flags',
      { bundling: { cargoLambdaFlags: ['--target=aarch64-unknown-linux-gnu'] } },
      { Architectures: ['arm64'] },
    ],
    ['loggingFormat', { loggingFormat: LoggingFormat.TEXT }, { LoggingConfig: { LogFormat: 'Text' } }],
    ['memorySize', { memorySize: 512 }, { MemorySize: 512 }],
    ['timeout', { timeout: Duration.seconds(7) }, { Timeout: 7 }],
    ['environment', { environment: { A: 'b' } }, { Environment: { Variables: { A: 'b' } } }],
  ])('%s', (_, props, expected) => {
    withProps(props).hasResourceProperties('AWS::Lambda::Function', expected);
  });

  it('compiles nothing, and has the same hash each time', async () => {
    const [first] = assetKeys(withProps({}));
    expect(first).toMatch(/^[0-9a-f]{64}\.zip$/);
    expect(assetKeys(withProps({}))).toEqual([first]);
    expect(await project.calls()).toEqual(['metadata']);
  });
});
