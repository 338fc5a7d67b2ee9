import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { newId } from '../ids.js';
import { sendText } from '../url-answer.js';
import type { CodeStore } from './code-store.js';

/** Begins with a date, as all of AWS's paths do: it is never a function's own. */
const DOWNLOAD = '/2015-03-31/code/';
const PATH = /^\/2015-03-31\/code\/([0-9a-f]{64})\.zip$/;

/** Where a zip can be fetched from, as AWS names an object in S3. */
export function codeLocation(baseUrl: string, codeSha256: string): object {
  return { RepositoryType: 'S3', Location: downloadUrl(baseUrl, codeSha256) };
}

export function downloadUrl(baseUrl: string, codeSha256: string): string {
  return `${baseUrl}${DOWNLOAD}${Buffer.from(codeSha256, 'base64').toString('hex')}.zip`;
}

export function isDownload(path: string): boolean {
  return path.startsWith(DOWNLOAD);
}

/** Sends the zip of a function or a layer. */
export async function serveDownload(codes: CodeStore, path: string, response: ServerResponse): Promise<void> {
  const [, hex] = PATH.exec(path) ?? [];
  const file = hex === undefined ? undefined : codes.zipPath(Buffer.from(hex, 'hex').toString('base64'));
  const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
  if (file === undefined || !found) return sendText(response, newId(), 404, 'There is no such code.\n');
  response.writeHead(200, { 'Content-Type': 'application/zip', 'Content-Length': found.size });
  createReadStream(file)
    .on('error', () => response.destroy())
    .pipe(response);
}
