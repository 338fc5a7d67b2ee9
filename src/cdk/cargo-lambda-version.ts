import { spawnSync } from 'node:child_process';
import { cargoProgram } from '../project/cargo.js';

/** Whether binaries can be built on this machine; cargo-lambda-cdk has it under this name, and with this answer. */
export function cargoLambdaVersion(): boolean | undefined {
  const { status } = spawnSync(cargoProgram(process.env), ['--version'], { stdio: 'ignore' });
  return status === 0 ? true : undefined;
}
