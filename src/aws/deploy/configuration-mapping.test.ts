import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configuration, desiredFunctions } from '../../deploy/desired.fixture.js';
import { configurationFrom, configurationInput, creationInput } from './configuration-mapping.js';

const { architecture: _, ...PLAIN } = configuration();

describe('the settings of a function', () => {
  it('are written so that nothing is left of what was there', () => {
    expect(configurationInput(PLAIN)).toEqual({
      Runtime: 'provided.al2023',
      Handler: 'bootstrap',
      Role: PLAIN.roleArn,
      Description: '',
      MemorySize: 128,
      Timeout: 30,
      EphemeralStorage: { Size: 512 },
      Environment: { Variables: {} },
      TracingConfig: { Mode: 'PassThrough' },
      Layers: [],
      VpcConfig: { SubnetIds: [], SecurityGroupIds: [] },
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/fn' },
      DeadLetterConfig: { TargetArn: '' },
      KMSKeyArn: '',
      FileSystemConfigs: [],
    });
    const vpc = { subnetIds: ['s'], securityGroupIds: ['g'], ipv6AllowedForDualStack: false };
    expect(configurationInput({ vpc })).toEqual({
      VpcConfig: { SubnetIds: ['s'], SecurityGroupIds: ['g'], Ipv6AllowedForDualStack: false },
    });
  });

  it('say nothing of what is not set when the function is made', () => {
    const { Role, ...said } = creationInput(configuration());
    expect(Role).toBe(PLAIN.roleArn);
    expect(Object.keys(said).sort()).toEqual([
      'Architectures',
      'EphemeralStorage',
      'Handler',
      'LoggingConfig',
      'MemorySize',
      'Runtime',
      'Timeout',
      'TracingConfig',
    ]);
  });

  it('are read back as they were written', () => {
    fc.assert(
      fc.property(desiredFunctions, ({ configuration: wanted }) => {
        const { Layers = [], VpcConfig, ...written } = creationInput(wanted);
        const answer = {
          ...written,
          Layers: Layers.map((Arn) => ({ Arn })),
          ...(VpcConfig && { VpcConfig }),
        };
        expect(configurationFrom(answer as Parameters<typeof configurationFrom>[0])).toEqual(wanted);
      }),
    );
  });
});
