/** Random request-targets: valid ones, and hostile ones that a strict route must not let through. */
import { canonicalise, isRefusedEverywhere, isRefusedUnlessRelaxed } from './oracle.ts'
import type { Random } from './random.ts'

export const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
export const HEX = '0123456789abcdefABCDEF'
/** What a request line can carry unescaped in a path: the grammar, and what browsers leave alone. */
const PATH_RAW = `${LETTERS}-._~!$&'()*+,;=:@|^{}[]"`
const QUERY_RAW = `${LETTERS}-._~!$&'()*+,;=:@/?|^{}[]\\\``

const escapeByte = (random: Random, byte: number): string => {
  const hex = byte.toString(16).padStart(2, '0')
  return `%${random.chance(0.5) ? hex.toUpperCase() : hex}`
}

/** A character outside ASCII as its escapes, from two to four bytes. */
function escapeCharacter(random: Random): string {
  const point = random.pick([
    0x80 + random.below(0x780),
    0x4e00 + random.below(0x5000),
    0x1f300 + random.below(0x300),
  ])
  return [...Buffer.from(String.fromCodePoint(point))].map((byte) => escapeByte(random, byte)).join('')
}

function makeText(random: Random, raw: string, most: number): string {
  let text = ''
  for (let left = random.below(most + 1); left > 0; left--) {
    const kind = random.below(12)
    if (kind < 7) text += random.string(raw, 1 + random.below(6))
    else if (kind < 9) text += escapeByte(random, random.below(256))
    else if (kind < 10) text += escapeByte(random, LETTERS.charCodeAt(random.below(LETTERS.length)))
    else if (kind < 11) text += escapeCharacter(random)
    else
      text += random.pick([
        '..',
        '.',
        '%',
        '%25',
        '%2E',
        '...',
        '%2f',
        '\\',
        `%${random.string(HEX, 1)}`,
        '%25%32%65',
      ])
  }
  return text
}

function makePath(random: Random): string {
  const depth = random.chance(0.03) ? 60 + random.below(60) : random.below(6)
  let path = random.pick(['/', '/', '/', '/relaxed/', '/relaxed/'])
  for (let i = 0; i < depth; i++)
    path += `${makeText(random, PATH_RAW, 3)}${random.chance(0.05) ? '//' : '/'}`
  return path + makeText(random, PATH_RAW, 4)
}

function makeTarget(random: Random): string {
  const path = makePath(random)
  if (random.chance(0.4)) return path
  if (random.chance(0.1)) return `${path}?`
  const pairs = Array.from({ length: 1 + random.below(8) }, () => makeText(random, QUERY_RAW, 5))
  return `${path}?${pairs.join(random.pick(['&', '&', '&&', ';']))}`
}

/** Whether the edge has to let the target through, and on which route. */
function routeOf(raw: string): 'site' | 'relaxed' | undefined {
  if (isRefusedEverywhere(raw) || raw.length > 4000) return undefined
  const { path } = canonicalise(raw)
  if (path.startsWith('/.sallyport/')) return undefined
  if (/^\/relaxed(\/|$)/.test(path)) return 'relaxed'
  return isRefusedUnlessRelaxed(raw) ? undefined : 'site'
}

/** Pieces that make any target of the strict route one that two servers read differently. */
const HOSTILE = [
  '%00',
  '/../',
  '/./',
  '/%2e%2E/',
  '/..;a/',
  '/..%3ba/',
  '/.%2e',
  '%',
  '%g0',
  '%2f',
  '%5C',
  '\\',
  '%1f',
  '%7F',
  '%c0%AE',
  '%E0%80%af',
  '%252e',
  '%25%32%65',
  '%2F..%2f',
  '%5c..',
] as const

export function makeHostile(random: Random): string {
  for (;;) {
    const valid = makeTarget(random)
    if (routeOf(valid) !== 'site') continue
    const end = valid.includes('?') ? valid.indexOf('?') : valid.length
    const at = 1 + random.below(end)
    const target = `${valid.slice(0, at)}${random.pick(HOSTILE)}${valid.slice(at)}`
    if (routeOf(target) === undefined && !target.includes('/.sallyport')) return target
  }
}

/** A target that the edge has to let through, and the route that takes it. */
export function makeValidTarget(random: Random): {
  readonly target: string
  readonly route: 'site' | 'relaxed'
} {
  for (;;) {
    const target = makeTarget(random)
    const route = routeOf(target)
    if (route !== undefined) return { target, route }
  }
}
