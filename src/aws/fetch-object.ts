import { quietSdk } from './quiet-sdk.js';

/** Fetches the zips of functions that are created out of S3, with the credentials and endpoint of this process' environment. */
export function fetchObjectThroughSdk() {
  return async (location: {
    readonly bucket: string;
    readonly key: string;
    readonly version?: string | undefined;
  }): Promise<Buffer> => {
    quietSdk();
    const { GetObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
    // Emulators know buckets by the path.
    const forcePathStyle = endpointIsGiven();
    const client = new S3Client({ forcePathStyle });
    try {
      const found = await client.send(
        new GetObjectCommand({ Bucket: location.bucket, Key: location.key, VersionId: location.version }),
      );
      return Buffer.from((await found.Body?.transformToByteArray()) ?? []);
    } finally {
      client.destroy();
    }
  };
}

function endpointIsGiven(): boolean {
  return (process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL']) !== undefined;
}
