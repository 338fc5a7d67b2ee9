import type { Writable } from 'node:stream';

/** Calls back when more can be written, or when nobody reads any more: then everything can. */
export function whenWritable(stream: Writable, listener: () => void): void {
  const go = () => {
    stream.removeListener('drain', go);
    stream.removeListener('close', go);
    listener();
  };
  stream.once('drain', go);
  stream.once('close', go);
}
