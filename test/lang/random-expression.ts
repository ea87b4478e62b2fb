/**
 * Random expressions over the engine's scheme: most well-formed, some mutated. The same seed gives the same
 * expressions, so that a number is enough to repeat a failure.
 */
import type { EngineRequest } from './engine.ts'

/** Uniform numbers from 0 to 1 (mulberry32). */
export type Random = () => number

export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}

/** One of the good ones; now and then one of the bad. */
function pickMostly<T>(random: Random, good: readonly T[], bad: readonly T[]): T {
  return pick(random, random() < 0.95 ? good : bad)
}

const WORDS = [
  '',
  'a',
  'A',
  'ab',
  'abc',
  'b',
  'GET',
  'example.com',
  '/a/b',
  '/A/B',
  'curl',
  '1',
  '42',
  'é',
  '*',
  'x.y',
]

export function randomRequest(random: Random): EngineRequest {
  const word = (): string => pick(random, WORDS)
  return {
    ip: pick(random, ['1.2.3.4', '10.0.0.1', '192.0.2.255', '2001:db8::1', 'fe80::5', '::1']),
    method: pick(random, ['GET', 'POST', 'get']),
    host: pick(random, ['example.com', 'a.b', 'EXAMPLE.com', 'abc']),
    path: pick(random, ['/', '/a/b', '/A/B', '/abc']),
    headers: { 'user-agent': word(), 'x-a': word() },
    cookies: 'a=b; s=abc',
    query: '?q=1&s=abc&e=',
    local: { s: word(), n: pick(random, ['1', '42', 'abc']), e: '' },
  }
}

const SPACES = ['', ' ', ' ', ' ', '  ', '\n', '\r\n']
const NEEDED = [' ', ' ', ' ', '\n', '  ']
const FIELDS = ['http.host', 'http.request.method', 'http.request.uri.path']
const MAPS = ['http.request.headers', 'http.request.uri.args', 'http.request.cookie', 'local']
const KEYS = ['s', 'n', 'e', 'a', 'q', 'user-agent', 'x-a', 'missing', '\\x61', '\\163']
const ORDERS = ['eq', '==', 'ne', '!=', 'ge', '>=', 'le', '<=', 'gt', '>', 'lt', '<']
const INTS = ['0', '1', '2', '3', '11', '-1', '0x2', '003', '0xb', '9223372036854775807']
const BAD_INTS = ['08', '9223372036854775808', '', '1a', '0x']
const IPS = ['1.2.3.4', '10.0.0.1', '192.0.2.255', '2001:db8::1', '2001:DB8:0::1', '::1', '::ffff:1.2.3.4']
const BAD_IPS = ['01.2.3.4', '1.2.3', '1.2.3.4.5', ':::', '1.2.3.4/']
const NETWORKS = [
  '10.0.0.0/8',
  '192.0.2.0/24',
  '2001:db8::/32',
  '::/0',
  '0.0.0.0/0',
  '::ffff:0:0/96',
  '10.0.0.1/32',
]
const BAD_NETWORKS = ['1.2.3.4/24', '10/8', '1.2.3.4/33', '10.0.0.0/08', '::1/64', '::/129', '1/2/3']
const WILDCARDS = ['*', 'a*', '*b', '/a/*', 'EXAMPLE.*', '\\\\*', '*.com', '?', '', '/*/*', '*\\\\**']
const BAD_WILDCARDS = ['a**', 'a\\\\b', '\\\\']
const REGEX_PARTS = [
  'a',
  'b',
  'abc',
  '.',
  '^',
  '$',
  '[a-c]',
  '[^a]',
  '(a|b)',
  '(?:ab)+',
  'x*',
  'a?',
  '\\\\d',
  '\\\\w+',
  '\\\\s',
  '(?i)a',
  'a{2}',
  'a{1,3}',
  '[[:alpha:]]',
  '\\\\.',
  '/',
  '\\\\b',
  '[a-z&&[^b]]',
  'é',
  '\\\\x61',
]
const BAD_REGEX_PARTS = ['(', ')', '[', '\\\\p{L}', 'a{2', '*', '\\\\1', '(?=a)', '\\\\Q']

function randomBytes(random: Random): string {
  const word = pick(random, WORDS)
  const roll = random()
  if (roll < 0.6) return `"${word}"`
  if (roll < 0.75) return `r"${word}"`
  if (roll < 0.8) return `r#"${word}"#`
  if (roll < 0.9)
    return pickMostly(random, ['61:62', '61-62.63', '47:45:54'], ['61', 'zz:61', '6:1', '61:', '+1:+f'])
  return pickMostly(
    random,
    ['"\\x61"', '"\\141"', '"\\""', '"\\\\"', '"\\xc3\\xa9"', '"\\xff"'],
    ['"\\n"', '"\\x6"', '"\\777"', '"a', '"\\x+1"'],
  )
}

function randomRegex(random: Random): string {
  const parts = Array.from({ length: 1 + Math.floor(random() * 4) }, () =>
    pickMostly(random, REGEX_PARTS, BAD_REGEX_PARTS),
  ).join('')
  const plain = parts.replaceAll('\\\\', '\\')
  return random() < 0.5 ? `r"${plain}"` : `"${random() < 0.9 ? plain : parts}"`
}

function randomValue(random: Random, depth: number): string {
  const roll = random()
  if (depth > 0 && roll < 0.2)
    return `${pick(random, ['lower', 'upper'])}(${randomArguments(random, depth - 1)})`
  if (roll < 0.5) return pick(random, FIELDS)
  if (roll < 0.6) {
    const index = pickMostly(random, ['0', '1', '2'], ['*', '-1', '"a"'])
    return `${pickMostly(random, ['lower', 'upper'], ['len'])}(${pick(random, MAPS)}[*])[${index}]`
  }
  if (roll < 0.62)
    return `${pick(random, MAPS)}[${pickMostly(random, [' "s" ', ' "a"'], ['*', '0', 'a', '99999999999'])}]`
  return `${pick(random, MAPS)}["${pick(random, KEYS)}"]`
}

function randomArguments(random: Random, depth: number): string {
  const roll = random()
  if (roll < 0.01) return ''
  if (roll < 0.02) return `${randomValue(random, depth)}, 1`
  if (roll < 0.04)
    return pick(random, ['"a"', '1', '1.2.3.4', 'local', 'fe80::1', 'abcdef', '61:62', 'decade'])
  if (roll < 0.05) return randomComparison(random, depth)
  return randomValue(random, depth)
}

function randomSet(random: Random, element: () => string): string {
  const count = Math.floor(random() * 4)
  const elements = Array.from({ length: count }, element).join(random() < 0.98 ? pick(random, NEEDED) : ', ')
  return `{${pick(random, SPACES)}${elements}${pick(random, SPACES)}}`
}

function randomIpTest(random: Random): string {
  const ip = (): string => pickMostly(random, IPS, BAD_IPS)
  const roll = random()
  if (roll < 0.3) return `ip.src ${pick(random, ORDERS)} ${ip()}`
  if (roll < 0.31) return `ip.src ${pick(random, ['&', '~', 'contains', 'in $list', 'matches'])} ${ip()}`
  const element = (): string => {
    const kind = random()
    return kind < 0.3 ? ip() : kind < 0.7 ? pickMostly(random, NETWORKS, BAD_NETWORKS) : `${ip()}..${ip()}`
  }
  return `ip.src in ${randomSet(random, element)}`
}

function randomIntTest(random: Random, depth: number): string {
  const left = `len(${randomArguments(random, depth)})`
  const int = (): string => pickMostly(random, INTS, BAD_INTS)
  const roll = random()
  if (roll < 0.5)
    return `${left}${pick(random, SPACES)}${pick(random, ORDERS)}${pick(random, SPACES)}${int()}`
  if (roll < 0.6) return `${left} ${pick(random, ['&', 'bitwise_and'])} ${int()}`
  if (roll < 0.62) return `${left} ${pick(random, ['contains', '~', 'wildcard'])} "a"`
  return `${left} in ${randomSet(random, () => (random() < 0.5 ? int() : `${int()}..${int()}`))}`
}

function randomBytesTest(random: Random, depth: number): string {
  const left = randomValue(random, depth)
  const roll = random()
  const space = pick(random, NEEDED)
  if (roll < 0.35)
    return `${left}${pick(random, SPACES)}${pick(random, ORDERS)}${space}${randomBytes(random)}`
  if (roll < 0.5) return `${left} contains${space}${randomBytes(random)}`
  if (roll < 0.7) return `${left} ${pick(random, ['~', 'matches'])}${space}${randomRegex(random)}`
  if (roll < 0.8) {
    return `${left} ${pickMostly(random, ['wildcard', 'strict wildcard'], ['strict  wildcard'])} "${pickMostly(random, WILDCARDS, BAD_WILDCARDS)}"`
  }
  if (roll < 0.81) return `${left} ${pick(random, ['ends_with', '=', 'not in', 'EQ', '&', 'in $list'])} "a"`
  return `${left} in ${randomSet(random, () => randomBytes(random))}`
}

function randomComparison(random: Random, depth: number): string {
  const roll = random()
  if (roll < 0.2) return randomIpTest(random)
  return roll < 0.4 ? randomIntTest(random, depth) : randomBytesTest(random, depth)
}

function randomLogical(random: Random, depth: number): string {
  const roll = random()
  if (depth === 0 || roll < 0.4) return randomComparison(random, depth)
  if (roll < 0.52)
    return `${pick(random, ['not ', '!', 'not', '! ', 'not not '])}${randomLogical(random, depth - 1)}`
  if (roll < 0.65)
    return `(${pick(random, SPACES)}${randomLogical(random, depth - 1)}${pick(random, SPACES)})`
  const operator = pick(random, ['and', 'or', 'xor', '&&', '||', '^^'])
  const [before, after] = [pick(random, NEEDED), pick(random, NEEDED)]
  return `${randomLogical(random, depth - 1)}${before}${operator}${after}${randomLogical(random, depth - 1)}`
}

const FRAGMENTS = [
  ...'"\\()[]{}.,:-/*$#&|^!~=<>rxfé😢 0189aZ_\n\t',
  '..',
  'in',
  'eq',
  'not',
  'and',
  'r#"',
  '"#',
  '[*]',
  '0x',
  '\\x',
  '::',
]

function mutate(random: Random, text: string): string {
  const at = Math.floor(random() * (text.length + 1))
  const roll = random()
  const [head, tail] = [text.slice(0, at), text.slice(at)]
  if (roll < 0.35) return head + tail.slice(1 + Math.floor(random() * 3))
  if (roll < 0.75) return head + pick(random, FRAGMENTS) + tail
  if (roll < 0.85) return head
  return head + tail.slice(0, 1) + tail
}

/** Without lone surrogates, which no file in UTF-8 can have. */
export function randomExpression(random: Random): string {
  let text = randomLogical(random, Math.floor(random() * 4))
  const mutations = random() < 0.7 ? 0 : 1 + Math.floor(random() * 3)
  for (let i = 0; i < mutations; i++) text = mutate(random, text)
  return pick(random, ['', '', '', ' ', '\n']) + text.toWellFormed() + pick(random, ['', '', '', ' ', '\t\n'])
}
