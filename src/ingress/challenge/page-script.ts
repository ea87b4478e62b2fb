/**
 * The script of the challenge page, as text. It has a SHA-256 of its own (FIPS 180-4), because browsers offer
 * theirs on https only and as a promise per hash.
 * @module
 */

/** Hashes between two looks at the clock of the page: a few milliseconds. */
const CHUNK = 4000
/** Reloads within a minute before the page gives up: cookies are off, or something is wrong. */
const MAX_RELOADS = 3

export const PAGE_SCRIPT: string = `'use strict';
(() => {
const K = new Int32Array(64), H = new Int32Array(8), W = new Int32Array(64);
const fraction = (x) => ((x % 1) * 4294967296) | 0;
for (let n = 2, i = 0; i < 64; n++) {
  let prime = true;
  for (let d = 2; d * d <= n && prime; d++) prime = n % d !== 0;
  if (!prime) continue;
  if (i < 8) H[i] = fraction(Math.sqrt(n));
  K[i++] = fraction(Math.cbrt(n));
}
const turn = (x, n) => (x >>> n) | (x << (32 - n));
const compress = (state, bytes, at) => {
  for (let i = 0; i < 16; i++, at += 4)
    W[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15], y = W[i - 2];
    W[i] = (W[i - 16] + W[i - 7] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const t = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const u = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t) | 0; d = c; c = b; b = a; a = (t + u) | 0;
  }
  const sum = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i++) state[i] = (state[i] + sum[i]) | 0;
};
const box = document.getElementById('challenge'), status = document.getElementById('status');
const say = (text) => { status.textContent = text; };
const { token, bits } = box.dataset;
const prefix = token + ':', whole = prefix.length - (prefix.length % 64);
const bytes = new Uint8Array(256), start = H.slice(), state = new Int32Array(8);
const write = (text, at) => { for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i); };
write(prefix, 0);
for (let at = 0; at < whole; at += 64) compress(start, bytes, at);
const isSolved = (n) => {
  const digits = String(n), length = prefix.length + digits.length;
  const end = Math.ceil((length + 9) / 64) * 64;
  bytes.fill(0, length, end);
  write(digits, prefix.length);
  bytes[length] = 128;
  bytes[end - 2] = length >>> 5;
  bytes[end - 1] = length << 3;
  state.set(start);
  for (let at = whole; at < end; at += 64) compress(state, bytes, at);
  return Math.clz32(state[0]) >= Number(bits);
};
const send = async (solution) => {
  say('Almost done.');
  const answer = await fetch('/.sallyport/challenge', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'token=' + token + '&solution=' + solution,
  });
  if (!answer.ok) throw new Error('refused');
  if (countReloads() > ${MAX_RELOADS}) say('This page needs cookies. Allow them for this site, then reload.');
  else if (box.dataset.then === 'return') location.replace(location.pathname + location.search);
  else location.reload();
};
const countReloads = () => {
  try {
    const now = Date.now(), key = 'sallyport-challenge';
    const recent = JSON.parse(sessionStorage.getItem(key) || '[]').filter((at) => now - at < 60000);
    recent.push(now);
    sessionStorage.setItem(key, JSON.stringify(recent.slice(-9)));
    return recent.length;
  } catch {
    return 0;
  }
};
const work = (from) => {
  for (let n = from; n < from + ${CHUNK}; n++) {
    if (isSolved(n)) {
      send(n).catch(() => say('That did not work. Reload the page to try again.'));
      return;
    }
  }
  setTimeout(work, 0, from + ${CHUNK});
};
if (navigator.cookieEnabled === false) say('This page needs cookies. Allow them for this site, then reload.');
else work(0);
})();
`
