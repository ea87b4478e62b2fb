/**
 * The part of the challenge page that computes, as the text of a function: it runs in workers, and in the page
 * where there are none. It has a SHA-256 of its own (FIPS 180-4), because browsers offer theirs on https only and
 * as a promise per hash, which takes longer than the hash.
 * @module
 */

/**
 * `makeSolver()` gives `(prefix, bits, from, count) => n`: the first n of the `count` numbers from `from` on, all of
 * eight digits, with SHA-256 of `<prefix><n>` starting with `bits` zero bits (at most 32); -1 when there is none.
 *
 * Fast because: whole blocks of the prefix are hashed once; eight digits always, so nothing moves within a block;
 * the digits are counted up in place; and of the hash only the first word is finished.
 */
export const MAKE_SOLVER: string = `() => {
const K = new Int32Array(64), H = new Int32Array(8), W = new Int32Array(64), M = new Int32Array(8), N = new Int32Array(8);
const fraction = (x) => ((x % 1) * 4294967296) | 0;
for (let n = 2, i = 0; i < 64; n++) {
  let prime = true;
  for (let d = 2; d * d <= n && prime; d++) prime = n % d !== 0;
  if (!prime) continue;
  if (i < 8) H[i] = fraction(Math.sqrt(n));
  K[i++] = fraction(Math.cbrt(n));
}
const B = new Uint8Array(2048);
const load = (at) => {
  for (let i = 0; i < 16; i++, at += 4) W[i] = (B[at] << 24) | (B[at + 1] << 16) | (B[at + 2] << 8) | B[at + 3];
};
const hash = (from, to) => {
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15], y = W[i - 2];
    W[i] = (W[i - 16] + W[i - 7] +
      (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) +
      (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
  }
  let a = from[0], b = from[1], c = from[2], d = from[3], e = from[4], f = from[5], g = from[6], h = from[7];
  for (let i = 0; i < 64; i++) {
    const t = (h + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) +
      (g ^ (e & (f ^ g))) + K[i] + W[i]) | 0;
    const u = (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) + ((a & b) | (c & (a | b)));
    h = g; g = f; f = e; e = (d + t) | 0; d = c; c = b; b = a; a = (t + u) | 0;
  }
  if (to) {
    to[1] = (from[1] + b) | 0; to[2] = (from[2] + c) | 0; to[3] = (from[3] + d) | 0; to[4] = (from[4] + e) | 0;
    to[5] = (from[5] + f) | 0; to[6] = (from[6] + g) | 0; to[7] = (from[7] + h) | 0; to[0] = (from[0] + a) | 0;
  }
  return (from[0] + a) | 0;
};
return (prefix, bits, from, count) => {
  const size = prefix.length, text = prefix + from;
  B.fill(0);
  for (let i = 0; i < text.length; i++) B[i] = text.charCodeAt(i);
  const whole = size - (size % 64), length = text.length, end = (length + 72) & -64;
  B[length] = 128;
  B[end - 2] = length >>> 5;
  B[end - 1] = length << 3;
  M.set(H);
  for (let at = 0; at < whole; at += 64) { load(at); hash(M, M); }
  const two = end - whole > 64;
  for (let n = from; n < from + count; n++) {
    load(whole);
    let first;
    if (two) { hash(M, N); load(whole + 64); first = hash(N); } else first = hash(M);
    if (Math.clz32(first) >= bits) return n;
    let at = length - 1;
    while (B[at] === 57) B[at--] = 48;
    B[at]++;
  }
  return -1;
};
}`
