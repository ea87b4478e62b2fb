/**
 * Which of two bans decides, and which one makes room.
 * @module
 */
import type { Ban } from './watch-protocol.ts'

const RANKS: Readonly<Record<Ban['action'], number>> = { log: 0, challenge: 1, block: 2 }

/** Whether `a` does more than `b`: what is only logged at one level must not open the door at another. */
export function isStronger(a: Ban, b: Ban): boolean {
  return RANKS[a.action] > RANKS[b.action]
}

/** Whether `a` goes before `b` when there are too many: an operator's goes last, then the one that lasts longest. */
export function givesWay(a: Ban, b: Ban): boolean {
  const isOperators = Number(a.by === 'operator') - Number(b.by === 'operator')
  return isOperators === 0 ? a.until < b.until : isOperators < 0
}
