/**
 * Which clients are in a candidate's share.
 * @module
 */

/** FNV-1a over UTF-16 units, then the finalizer of MurmurHash3, without which close texts stay close. */
function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/**
 * True for about `percent` of 100 units: always the same for one salt, and those in a share are in every
 * larger one too.
 * @param unit What the share is drawn over: the client's network, see `countingKey`.
 */
export function isInShare(salt: string, unit: string, percent: number): boolean {
  return hash(`${salt} ${unit}`) % 100 < percent
}
