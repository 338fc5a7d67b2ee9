import type { HttpAnswer } from './message.js';

/** Calls back when more can be written, or when nobody reads any more: then everything can. */
export function whenWritable(
  stream: Pick<HttpAnswer, 'once' | 'removeListener'>,
  listener: () => void,
): void {
  const go = () => {
    stream.removeListener('drain', go);
    stream.removeListener('close', go);
    listener();
  };
  stream.once('drain', go);
  stream.once('close', go);
}
