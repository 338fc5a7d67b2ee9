import type {
  AssetHashType,
  BundlingFileAccess,
  BundlingOutput,
  DockerImage,
  DockerVolume,
  ILocalBundling,
} from 'aws-cdk-lib';
import type { Architecture } from 'aws-cdk-lib/aws-lambda';

/** What a container is started with, when binaries are built in one; the defaults are those of `cdk.BundlingOptions`. */
export interface DockerOptions {
  /**
   * The entrypoint to run in the container.
   * @default - run the entrypoint defined in the image
   */
  readonly entrypoint?: string[];
  /**
   * The command to run in the container.
   * @default - `cargo lambda build`, with the flags that the other options stand for
   */
  readonly command?: string[];
  /**
   * Additional volumes to mount.
   * @default - the workspace, the output, and a folder for cargo's downloads
   */
  readonly volumes?: DockerVolume[];
  /**
   * Containers from which volumes are mounted.
   * @default - none
   */
  readonly volumesFrom?: string[];
  /**
   * The folder in which the command is run.
   * @default - the folder of the manifest, below /asset-input
   */
  readonly workingDirectory?: string;
  /**
   * The user that the command is run as: user | user:group | uid | uid:gid | user:gid | uid:group
   * @default - uid:gid of the current user, or 1000:1000 on Windows
   */
  readonly user?: string;
  /**
   * Something else that makes the output, on this machine.
   * @default - crablet's own build, unless `forcedDockerBundling` is set
   */
  readonly local?: ILocalBundling;
  /**
   * The type of output that is made.
   * @default - BundlingOutput.AUTO_DISCOVER
   */
  readonly outputType?: BundlingOutput;
  /**
   * Security configuration of the container.
   * @default - none
   */
  readonly securityOpt?: string;
  /**
   * The network that the container is connected to.
   * @default - Docker's own
   */
  readonly network?: string;
  /**
   * How the sources come into the container and the output out of it.
   * @default - BundlingFileAccess.BIND_MOUNT
   */
  readonly bundlingFileAccess?: BundlingFileAccess;
}

/** How a function or an extension is built. */
export interface BundlingOptions {
  /**
   * Environment variables of cargo.
   * @default - those of the process
   */
  readonly environment?: { [key: string]: string };
  /**
   * Build in a container although it could be done on this machine.
   * @default false
   */
  readonly forcedDockerBundling?: boolean;
  /**
   * The image to build in.
   * @default - ghcr.io/cargo-lambda/cargo-lambda, for the platform of the function
   */
  readonly dockerImage?: DockerImage;
  /**
   * More about the container.
   * @default - the defaults of `cdk.BundlingOptions`
   */
  readonly dockerOptions?: DockerOptions;
  /**
   * What the asset's hash is made of. Without it: of everything that the binary is made of (sources, local crates, lock
   * file, flags, toolchain, environment), so that nothing needs to be built to know it.
   * @default - AssetHashType.SOURCE, as described; AssetHashType.CUSTOM when `assetHash` is given
   */
  readonly assetHashType?: AssetHashType;
  /**
   * A hash of your own; when it is the same, nothing is built or deployed again.
   * @default - based on `assetHashType`
   */
  readonly assetHash?: string;
  /**
   * Commands to run before and after the build.
   * @default - none
   */
  readonly commandHooks?: ICommandHooks;
  /**
   * The architecture of the function.
   * @default - Architecture.X86_64
   */
  readonly architecture?: Architecture;
  /**
   * More flags for `crablet build`, which has those of `cargo lambda build` and of cargo.
   * @default - none
   */
  readonly cargoLambdaFlags?: string[];
  /**
   * The cargo profile to build with.
   * @default release
   */
  readonly profile?: string;
  /**
   * Files and folders that count as sources beside those that crablet finds: what a build script or a macro reads
   * outside its own crate. Relative to the folder of the manifest.
   * @default - none
   */
  readonly additionalInputs?: string[];
}

/**
 * Commands to run around the build, in the environment in which it happens: a shell on this machine, or in the container.
 * Those of a list are chained with `&&`. They are given to a shell as they are: never make them of input that you do not
 * trust.
 */
export interface ICommandHooks {
  /**
   * Commands to run before the build.
   * @param inputDir the folder of the manifest
   * @param outputDir the folder that becomes the asset
   */
  beforeBundling?(inputDir: string, outputDir: string): string[];
  /**
   * Commands to run after the build.
   * @param inputDir the folder of the manifest
   * @param outputDir the folder that becomes the asset
   */
  afterBundling?(inputDir: string, outputDir: string): string[];
}
