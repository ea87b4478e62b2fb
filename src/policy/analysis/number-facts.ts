/**
 * Numbers and addresses as intervals, so that ranges and networks can be compared as wholes.
 * @module
 */
import type { Literal, SetElement } from '../../lang/ast.ts'
import { INT_MAX, INT_MIN, toInt } from '../../lang/int.ts'
import { parseIpLiteral } from '../../lang/ip-literal.ts'
import type { Value } from '../../lang/value.ts'
import type { Address } from '../../net/address.ts'
import type { Conflict } from './claim.ts'
import type { Constraint, Subject, Test } from './constraint.ts'
import type { Domain, Reason } from './domain.ts'
import { type Interval, type IntervalSet, intersect, subtract, uniteIntervals } from './interval-set.ts'
import { nothingIn } from './nothing-in.ts'

/** IPv6 addresses are counted from here, IPv4 addresses from 0: one line for both. */
const V6_START = 1n << 40n
const V4_ALL: Interval = { from: 0n, to: (1n << 32n) - 1n }
const V6_ALL: Interval = { from: V6_START, to: V6_START + (1n << 128n) - 1n }
const MAPPED: Interval = { from: V6_START + 0xffff_0000_0000n, to: V6_START + 0xffff_ffff_ffffn }

/** All addresses that a client can have: IPv4-mapped ones are made IPv4 first. */
export const WITHOUT_MAPPED: IntervalSet = subtract([V4_ALL, V6_ALL], [MAPPED])
export const MAPPED_ADDRESSES: Reason = {
  message: 'ip.src is never an IPv4-mapped IPv6 address: such clients count as IPv4',
  fix: 'Write the IPv4 address or network itself.',
}

const ALL_INTS: IntervalSet = [{ from: INT_MIN, to: INT_MAX }]
const ALL_ADDRESSES: IntervalSet = [V4_ALL, V6_ALL]

/** Where an address is among all. */
export function positionOf(address: Address): bigint {
  if (address.version === 4) return BigInt(address.value)
  return V6_START + address.words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n)
}

/** The address at a position. */
function addressAt(position: bigint): Address {
  if (position < V6_START) return { version: 4, value: Number(position) }
  const bits = position - V6_START
  const word = (index: bigint): number => Number((bits >> (32n * (3n - index))) & 0xffff_ffffn)
  return { version: 6, words: [word(0n), word(1n), word(2n), word(3n)] }
}

/** A member of an interval set as a value of the language. */
export function valueAt(position: bigint, type: 'Int' | 'Ip'): Value {
  return type === 'Int' ? toInt(position) : addressAt(position)
}

function readLiteral(literal: Literal): bigint | undefined {
  if (literal.kind === 'int') return BigInt(literal.value)
  const address = literal.kind === 'ip' ? parseIpLiteral(literal.value) : undefined
  return address && positionOf(address)
}

/** All that is compared with a literal by greater and less: the numbers, or the addresses of its family. */
function familyOf(literal: Literal, at: bigint): Interval {
  if (literal.kind === 'int') return { from: INT_MIN, to: INT_MAX }
  return at < V6_START ? V4_ALL : V6_ALL
}

function orderSet(test: Extract<Test, { kind: 'order' }>, all: IntervalSet): IntervalSet | undefined {
  const at = readLiteral(test.literal)
  if (at === undefined) return undefined
  const { from, to } = familyOf(test.literal, at)
  switch (test.order) {
    case 'eq':
      return [{ from: at, to: at }]
    case 'ne':
      return subtract(all, [{ from: at, to: at }])
    case 'ge':
      return [{ from: at, to }]
    case 'gt':
      return uniteIntervals([{ from: at + 1n, to }])
    case 'le':
      return [{ from, to: at }]
    case 'lt':
      return uniteIntervals([{ from, to: at - 1n }])
  }
}

function readElement(element: SetElement): Interval | undefined {
  if (element.kind === 'int') return { from: BigInt(element.from), to: BigInt(element.to) }
  if (element.kind !== 'ip') return undefined
  const from = parseIpLiteral(element.from)
  const to = parseIpLiteral(element.to)
  return from && to ? { from: positionOf(from), to: positionOf(to) } : undefined
}

/** Lists of addresses by name. */
export type NetworkLists = ReadonlyMap<string, IntervalSet>

/** What a test holds for; `undefined` where intervals cannot say. */
function setOf(test: Test, all: IntervalSet, networks: NetworkLists): IntervalSet | undefined {
  if (test.kind === 'in-list') return networks.get(test.list)
  if (test.kind === 'order') return orderSet(test, all)
  if (test.kind !== 'in') return undefined
  const elements = test.elements.map(readElement)
  const known = elements.filter((element) => element !== undefined)
  return known.length === elements.length ? uniteIntervals(known) : undefined
}

export interface NumberFacts {
  /** What the value can still be, if it is not missing. */
  readonly set: IntervalSet
  readonly conflict?: Conflict
}

function excludedBy(constraint: Constraint, key: string, of: IntervalSet): Conflict {
  if (of.length === 0 && constraint.test.kind !== 'order') return nothingIn(constraint)
  return {
    message: `no value of ${key} meets all that is asked of it`,
    fix: 'Compare the numbers or networks: they have nothing in common.',
    span: constraint.claim.atom.span,
  }
}

/** What the constraints leave of all numbers or addresses. */
export function checkNumbers(
  { key, constraints }: Subject,
  type: 'Int' | 'Ip',
  domain: Domain,
  networks: NetworkLists,
): NumberFacts {
  const all = type === 'Int' ? ALL_INTS : ALL_ADDRESSES
  let set = all
  let present = domain.present === true
  for (const constraint of [...constraints].sort((a, b) => Number(b.holds) - Number(a.holds))) {
    if (constraint.holds) present = true
    const of = setOf(constraint.test, all, networks)
    if (!of) continue
    set = constraint.holds ? intersect(set, of) : subtract(set, of)
    if (present && set.length === 0) return { set, conflict: excludedBy(constraint, key, of) }
  }
  const { range } = domain
  if (!range) return { set }
  set = intersect(set, range.set)
  if (!present || set.length > 0) return { set }
  const span = constraints.find(({ holds }) => holds)?.claim.atom.span
  return { set, conflict: { ...range.reason, span } }
}
