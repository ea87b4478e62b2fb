/**
 * The cookie of a client that has solved a challenge. Nothing is stored: the cookie says until when it is good,
 * and a code over that and over who it was made for.
 * @module
 */
import type { RequestFacts } from '../../http/facts.ts'
import { clearanceCookieName } from '../../http/own-cookies.ts'
import { bindingOf } from './binding.ts'
import { createMac } from './mac.ts'

/** Seconds that a clearance is good for. */
export const CLEARANCE_LIFE = 1800

export interface Clearances {
  /**
   * The value of a Set-Cookie field. `now` is milliseconds since the epoch.
   * @param asked Seconds since the epoch when the challenge was given: the life of its clearance begins there, so
   * that one solution, shown as often as one likes, gives one clearance.
   */
  grant(facts: RequestFacts, asked: number, now: number): string
  /** True when the request brings a clearance of ours that is good now, here and for this client. */
  isCleared(facts: RequestFacts, now: number): boolean
  /** What tells that clearance from others of the same client; `undefined` when there is none. */
  clearanceOf(facts: RequestFacts, now: number): string | undefined
}

/** Cookies of our name that are tried: there is more than one only when somebody plants them. */
const MAX_TRIED = 4
/** Seconds since the epoch in base 36, then the code. */
const VALUE = /^1\.([0-9a-z]{5,8})\.([0-9a-f]{32})$/

export function createClearances(secret: Uint8Array): Clearances {
  const mac = createMac(secret, 'clearance')

  function isGood(facts: RequestFacts, value: string, now: number): boolean {
    const match = VALUE.exec(value)
    if (match?.[1] === undefined || match[2] === undefined) return false
    const expires = Number.parseInt(match[1], 36)
    const left = expires - now / 1000
    // More life than we ever give would be a clock that stepped back by half an hour, or a forgery.
    if (left <= 0 || left > CLEARANCE_LIFE) return false
    return mac.verify([match[1], ...bindingOf(facts)], match[2])
  }

  function clearanceOf(facts: RequestFacts, now: number): string | undefined {
    const field = facts.headers.get('cookie')
    if (field === undefined) return undefined
    return findValues(field, clearanceCookieName(facts.scheme)).find((value) => isGood(facts, value, now))
  }

  return {
    grant(facts, asked, now) {
      const end = Math.floor(asked) + CLEARANCE_LIFE
      const expires = end.toString(36)
      const value = `1.${expires}.${mac.sign([expires, ...bindingOf(facts)])}`
      const secure = facts.scheme === 'https' ? '; Secure' : ''
      const life = Math.max(0, end - Math.floor(now / 1000))
      return `${clearanceCookieName(facts.scheme)}=${value}; Path=/; Max-Age=${life}; HttpOnly; SameSite=Lax${secure}`
    },
    isCleared: (facts, now) => clearanceOf(facts, now) !== undefined,
    clearanceOf,
  }
}

function findValues(field: string, name: string): readonly string[] {
  const values: string[] = []
  const start = `${name}=`
  for (let at = field.indexOf(start); at !== -1 && values.length < MAX_TRIED; ) {
    const isWhole = at === 0 || field[at - 1] === ' ' || field[at - 1] === ';'
    const from = at + start.length
    if (isWhole) {
      const end = field.indexOf(';', from)
      values.push(field.slice(from, end === -1 ? undefined : end).trim())
    }
    at = field.indexOf(start, from)
  }
  return values
}
