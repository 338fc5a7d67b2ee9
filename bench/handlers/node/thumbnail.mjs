import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';

/** How many pixels become one, in both directions. */
const FACTOR = 8;

export const handler = async ({ png }) => {
  const { wide, high, pixels } = decode(Buffer.from(png, 'base64'));
  const width = Math.floor(wide / FACTOR);
  const height = Math.floor(high / FACTOR);
  const small = Buffer.alloc(width * height * 3);
  const sums = new Uint32Array(width * 3);
  for (let y = 0; y < height; y += 1) {
    sums.fill(0);
    for (let row = 0; row < FACTOR; row += 1) {
      let at = (y * FACTOR + row) * wide * 3;
      for (let x = 0; x < width * 3; x += 3) {
        for (let pixel = 0; pixel < FACTOR; pixel += 1) {
          sums[x] += pixels[at++];
          sums[x + 1] += pixels[at++];
          sums[x + 2] += pixels[at++];
        }
      }
    }
    for (let x = 0; x < width * 3; x += 1) small[y * width * 3 + x] = (sums[x] + 32) >> 6;
  }
  return { width, height, sha256: createHash('sha256').update(small).digest('hex') };
};

/** A PNG of 8 bits and RGB; Node.js has no decoder of its own, and the usual ones are not small. */
function decode(file) {
  const data = [];
  let wide = 0;
  let high = 0;
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    if (type === 'IHDR') {
      wide = file.readUInt32BE(at + 8);
      high = file.readUInt32BE(at + 12);
    }
    if (type === 'IDAT') data.push(file.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return { wide, high, pixels: unfilter(inflateSync(Buffer.concat(data)), wide * 3, high) };
}

function unfilter(raw, stride, high) {
  const pixels = Buffer.alloc(stride * high);
  for (let y = 0; y < high; y += 1) {
    const from = y * (stride + 1);
    const filter = raw[from];
    const row = y * stride;
    for (let x = 0; x < stride; x += 1) {
      const left = x >= 3 ? pixels[row + x - 3] : 0;
      const above = y > 0 ? pixels[row - stride + x] : 0;
      const corner = x >= 3 && y > 0 ? pixels[row - stride + x - 3] : 0;
      pixels[row + x] = raw[from + 1 + x] + predicted(filter, left, above, corner);
    }
  }
  return pixels;
}

function predicted(filter, left, above, corner) {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const estimate = left + above - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - above), Math.abs(estimate - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}
