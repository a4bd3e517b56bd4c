/**
 * SHA-256 of a text in base64, as a content security policy names a script. Browsers have it only in secure contexts and
 * only asynchronously; a file is exported from any page. FIPS 180-4.
 */
export function sha256Base64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const blocks = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6);
  blocks.set(bytes);
  blocks[bytes.length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setUint32(blocks.length - 8, Math.floor(bytes.length / 0x20000000));
  view.setUint32(blocks.length - 4, bytes.length << 3);
  const hash = new Uint32Array(ROOTS.slice(0, 8).map((root) => fraction(Math.sqrt(root))));
  const words = new Uint32Array(64);
  for (let start = 0; start < blocks.length; start += 64) {
    for (let at = 0; at < 16; at += 1) words[at] = view.getUint32(start + 4 * at);
    mix(hash, words);
  }
  const digest = new DataView(new ArrayBuffer(32));
  hash.forEach((word, at) => digest.setUint32(4 * at, word));
  return btoa(String.fromCharCode(...new Uint8Array(digest.buffer)));
}

const ROOTS = primes(64);
const CONSTANTS = new Uint32Array(ROOTS.map((root) => fraction(Math.cbrt(root))));

function primes(count: number): readonly number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n += 1) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
}

/** The first 32 bits behind the point. */
function fraction(value: number): number {
  return Math.floor((value - Math.floor(value)) * 0x100000000);
}

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

function mix(hash: Uint32Array, w: Uint32Array): void {
  for (let at = 16; at < 64; at += 1) {
    const early = w[at - 15] ?? 0;
    const late = w[at - 2] ?? 0;
    const low = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const high = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    w[at] = ((w[at - 16] ?? 0) + low + (w[at - 7] ?? 0) + high) | 0;
  }
  // Scalars, and no list that is made anew in each of the rounds: a script is long.
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (let at = 0; at < 64; at += 1) {
    const turned = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const first = (h + turned + ((e & f) ^ (~e & g)) + (CONSTANTS[at] ?? 0) + (w[at] ?? 0)) | 0;
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, at) => (hash[at] = (hash[at] ?? 0) + word));
}
