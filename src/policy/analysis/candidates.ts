/**
 * When a value can only be one of a few, each of them is tried.
 * @module
 */
import type { ListModel } from '../../bundle/model.ts'
import type { Type } from '../../lang/type.ts'
import { toText, type Value } from '../../lang/value.ts'
import { quoteText } from '../problem.ts'
import { type Claim, type Conflict, keyOf } from './claim.ts'
import type { Constraint, Subject } from './constraint.ts'
import type { Domain, Reason } from './domain.ts'
import { createTrial, type FindList, type Trial } from './evaluate-claim.ts'
import { type IntervalSet, listMembers } from './interval-set.ts'
import { nothingIn } from './nothing-in.ts'
import { valueAt } from './number-facts.ts'

/** More than these are not tried. */
const MAX_CANDIDATES = 1000

export interface Candidates {
  /** `undefined` stands for a missing value. */
  readonly values: readonly (Value | undefined)[]
  /** Where they come from, when that is one comparison. */
  readonly source?: Constraint
}

export interface Trials {
  of(claim: Claim, key: string): Trial | undefined
}

/** Trials are made once for each atom and value. */
export function createTrials(findList: FindList): Trials {
  const made = new Map<string, Trial | undefined>()
  return {
    of({ atom }, key) {
      const name = `${key}\n${keyOf(atom)}`
      if (!made.has(name)) made.set(name, createTrial(atom, key, findList))
      return made.get(name)
    },
  }
}

function listValues(list: ListModel | undefined): readonly Value[] | undefined {
  return list?.kind === 'asn' || list?.kind === 'country' ? list.values : undefined
}

/** The texts that a comparison leaves, when it names them. */
function namedBy(
  { test, holds }: Constraint,
  lists: ReadonlyMap<string, ListModel>,
): readonly Value[] | undefined {
  if (!holds) return undefined
  if (test.kind === 'order' && test.order === 'eq' && test.literal.kind === 'bytes')
    return [test.literal.value]
  if (test.kind === 'in-list') return listValues(lists.get(test.list))
  if (test.kind !== 'in') return undefined
  const texts = test.elements.map((element) => (element.kind === 'bytes' ? element.value : undefined))
  const known = texts.filter((text) => text !== undefined)
  return known.length === texts.length ? known : undefined
}

/** The values that the subject can have, when they are few. */
export function findCandidates(
  { constraints }: Subject,
  type: Type,
  domain: Domain,
  numbers: IntervalSet | undefined,
  lists: ReadonlyMap<string, ListModel>,
): Candidates | undefined {
  if (domain.missing) return { values: [undefined] }
  let best: Candidates | undefined
  for (const source of constraints) {
    const values = namedBy(source, lists)
    if (values && (!best || values.length < best.values.length)) best = { values, source }
  }
  const isNumber = type === 'Int' || type === 'Ip'
  if (!best && numbers && isNumber && (domain.present || constraints.some(({ holds }) => holds))) {
    const members = listMembers(numbers, MAX_CANDIDATES)
    if (members) best = { values: members.map((position) => valueAt(position, type)) }
  }
  if (!best && domain.present && domain.values) best = { values: domain.values }
  return best && best.values.length <= MAX_CANDIDATES ? best : undefined
}

function show(value: Value | undefined): string {
  return typeof value === 'string' ? quoteText(toText(value)) : String(value)
}

function tooNarrow(subject: Subject, value: Value | undefined, claim: Claim | undefined): Conflict {
  const span = claim?.atom.span
  const fix = 'Join the conditions by or, or remove one.'
  if (value === undefined || !claim || typeof value === 'object')
    return { message: `no value of ${subject.key} meets all that is asked of it`, fix, span }
  const asked = `${claim.holds ? '' : 'not '}${keyOf(claim.atom)}`
  return { message: `${subject.key} cannot be ${show(value)} when ${asked}`, fix, span }
}

/** Why none of the candidates meets all claims that are about this value alone. */
export function tryCandidates(
  subject: Subject,
  { values, source }: Candidates,
  domain: Domain,
  claims: readonly Claim[],
  trials: Trials,
): Conflict | undefined {
  // What an element of an array is says nothing of other elements, or of what is made of all of them.
  const isElement = subject.node.kind === 'index' && subject.node.each === true
  const tests = claims.flatMap((claim) => {
    if (isElement && (claim.atom.kind !== 'comparison' || keyOf(claim.atom.left) !== subject.key)) return []
    const trial = trials.of(claim, subject.key)
    return trial ? [{ claim, trial }] : []
  })
  let reason: Reason | undefined
  let failed: Claim | undefined
  for (const value of values) {
    const impossible = value === undefined ? domain.missing : domain.whole?.(value)
    const wrong = tests.find(({ claim, trial }) => trial(value) === !claim.holds)
    if (impossible && value !== undefined) reason ??= impossible
    else if (wrong) {
      failed ??= wrong.claim
      reason ??= domain.missing
    } else return undefined
  }
  if (reason) return { ...reason, span: source?.claim.atom.span ?? failed?.atom.span }
  if (values.length === 0 && source) return nothingIn(source)
  return tooNarrow(subject, values[0], failed)
}
