// What the handlers of bench/handlers are sent: the same on every machine.
import { crc32, deflateSync } from 'node:zlib';

/** @returns {Record<string, object>} an event for each kind of work */
export function events() {
  return {
    hello: { name: 'Rust' },
    transform: { orders: orders(1000) },
    thumbnail: { png: png(1024, 768).toString('base64') },
    sha256: { salt: 'crablet' },
    marshal: { items: items(100) },
  };
}

/** Whole numbers that look like chance (a linear congruence of Numerical Recipes). */
function numbers(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
}

function orders(count) {
  const next = numbers(1);
  return Array.from({ length: count }, (_, at) => ({
    id: `order-${at}`,
    customer: `customer-${next(97)}`,
    items: Array.from({ length: 1 + next(5) }, () => ({
      sku: `sku-${next(500)}`,
      quantity: 1 + next(9),
      cents: 50 + next(20_000),
    })),
  }));
}

function items(count) {
  const next = numbers(2);
  return Array.from({ length: count }, (_, at) => ({
    id: `item-${at}`,
    price: next(100_000),
    stock: next(1000),
    active: next(2) === 1,
    note: null,
    tags: Array.from({ length: next(6) }, () => `tag-${next(40)}`),
    supplier: {
      name: `supplier-${next(30)}`,
      rating: next(6),
      address: { city: `city-${next(50)}`, zip: 10_000 + next(80_000) },
    },
  }));
}

/** An image of 8 bits and RGB that is neither flat nor noise; rows by turns with each of PNG's filters. */
function png(width, height) {
  const stride = width * 3;
  const pixel = (x, y, channel) => {
    if (x < 0 || y < 0) return 0;
    return (Math.floor((x * (channel + 1)) / 3) + ((x * y) >> 7) + ((x ^ y) & 15) + y * (3 - channel)) & 255;
  };
  const rows = Buffer.alloc((stride + 1) * height);
  for (let y = 0; y < height; y += 1) {
    const filter = y % 5;
    rows[y * (stride + 1)] = filter;
    for (let at = 0; at < stride; at += 1) {
      const [x, channel] = [Math.floor(at / 3), at % 3];
      const [left, above, corner] = [
        pixel(x - 1, y, channel),
        pixel(x, y - 1, channel),
        pixel(x - 1, y - 1, channel),
      ];
      rows[y * (stride + 1) + 1 + at] = pixel(x, y, channel) - predicted(filter, left, above, corner);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function predicted(filter, left, above, corner) {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const estimate = left + above - corner;
  const [a, b, c] = [left, above, corner].map((one) => Math.abs(estimate - one));
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
