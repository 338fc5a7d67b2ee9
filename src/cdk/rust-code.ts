import { existsSync, renameSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import {
  AssetHashType,
  attachCustomSynthesis,
  type CfnResource,
  FileAssetPackaging,
  FileSystem,
  Names,
  Stack,
  Stage,
} from 'aws-cdk-lib';
import { Code, type CodeConfig, type ResourceBindOptions } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { stateOf } from './app-state.js';
import type { BundleRequest } from './bundle-request.js';
import { ConstructError } from './construct-error.js';
import { refuse } from './refuse.js';
import { assetFolder } from './stage-asset.js';
import { readStored, storeIn, writeStored } from './stored.js';

/** The code of a function or layer that is built when the app is synthesized, and only if it is going to be needed. */
export class RustCode extends Code {
  readonly isInline = false;
  private asset: RustAsset | undefined;

  constructor(private readonly request: BundleRequest) {
    super();
  }

  override bind(scope: Construct): CodeConfig {
    this.asset ??= new RustAsset(scope, 'Code', this.request);
    return { s3Location: this.asset.location };
  }

  override bindToResource(
    resource: CfnResource,
    { resourceProperty = 'Code' }: ResourceBindOptions = {},
  ): void {
    this.asset?.addMetadata(resource, resourceProperty);
  }
}

/** The asset in `cdk.out`: known by its hash from the start, made at synthesis. */
class RustAsset extends Construct {
  readonly location: { readonly bucketName: string; readonly objectKey: string };
  private readonly fileName: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly request: BundleRequest,
  ) {
    super(scope, id);
    const stack = Stack.of(this);
    const stage = Stage.of(this)!;
    const { assetOutdir } = stage;
    const { bundler } = stateOf(this);
    const isNeeded = stateOf(this).shouldBundle(this, process.env);
    const hash = isNeeded ? this.hashOfOutput(assetOutdir) : request.hash;
    // Assets of nested stages lie beside the app's own.
    this.fileName = relative(resolve(stage.outdir), resolve(assetFolder(assetOutdir, hash)));
    const { bucketName, objectKey } = stack.synthesizer.addFileAsset({
      packaging: FileAssetPackaging.ZIP_DIRECTORY,
      sourceHash: hash,
      fileName: this.fileName,
      deployTime: true,
      displayName: Names.stackRelativeConstructPath(this),
    });
    this.location = { bucketName, objectKey };
    if (!isNeeded || hash !== request.hash) return;
    bundler.add({ request, assetOutdir });
    attachCustomSynthesis(this, {
      onSynthesize: () => {
        const complaint = bundler.build(request.hash);
        if (complaint) refuse(scope, complaint);
      },
    });
  }

  /** For the tools that look for them: SAM's command line, and crablet itself. */
  addMetadata(resource: CfnResource, resourceProperty: string): void {
    if (!this.node.tryGetContext('aws:cdk:enable-asset-metadata')) return;
    const { binary, manifest, kind } = this.request;
    resource.addMetadata('aws:asset:path', this.fileName);
    resource.addMetadata('aws:asset:is-bundled', true);
    resource.addMetadata('aws:asset:property', resourceProperty);
    // Relative, so that the template is the same in every checkout.
    resource.addMetadata('crablet:manifestPath', relative(process.cwd(), manifest).replaceAll('\\', '/'));
    resource.addMetadata('crablet:packageName', binary.owner.name);
    resource.addMetadata('crablet:binaryName', binary.name);
    if (kind === 'internal-extension') resource.addMetadata('crablet:internal', true);
  }

  /** With AssetHashType.OUTPUT it has to be built now; what came of the same sources before is known. */
  private hashOfOutput(assetOutdir: string): string {
    const { request } = this;
    if (request.bundling.assetHashType !== AssetHashType.OUTPUT) return request.hash;
    const known = knownOutput(request, assetOutdir);
    if (known !== undefined) return known;
    const { bundler } = stateOf(this);
    bundler.add({ request, assetOutdir });
    const complaint = bundler.build(request.hash);
    if (complaint) throw new ConstructError(request.path, complaint);
    const made = assetFolder(assetOutdir, request.hash);
    const hash = FileSystem.fingerprint(made);
    if (existsSync(assetFolder(assetOutdir, hash))) rmSync(made, { recursive: true });
    else renameSync(made, assetFolder(assetOutdir, hash));
    writeStored(outputFile(request), request.hash, hash);
    return hash;
  }
}

function knownOutput(request: BundleRequest, assetOutdir: string): string | undefined {
  const known = readStored<string>(outputFile(request), () => request.hash);
  return known !== undefined && existsSync(assetFolder(assetOutdir, known)) ? known : undefined;
}

function outputFile({ targetDirectory, hash }: BundleRequest): string {
  return join(storeIn(targetDirectory), `output-${hash.slice(0, 16)}.json`);
}

/**
 * Says what is going to be built whose hash is that of its output: the first construct of these has all of them built, with
 * one run of cargo.
 */
export function expectOutputs(scope: Construct, requests: readonly BundleRequest[]): void {
  const state = stateOf(scope);
  if (!state.shouldBundle(scope, process.env)) return;
  const { assetOutdir } = Stage.of(scope)!;
  for (const request of requests)
    if (knownOutput(request, assetOutdir) === undefined) state.bundler.add({ request, assetOutdir });
}
