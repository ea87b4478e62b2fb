/**
 * What the pointer says after an operator's action: who runs, who tries, what is switched off.
 * @module
 */
import type { KillSwitch, Pointer, PolicyReference, Rollout } from './delivery.ts'
import { failPublication, type PublicationFailure } from './publication-error.ts'

export type PublicationAction =
  /** The policy given becomes active at once; a rollout that is running ends. */
  | { readonly kind: 'publish' }
  /** The policy given becomes the candidate, evaluated after the answer. */
  | { readonly kind: 'shadow' }
  /** The policy given becomes the candidate for this share of clients; without one, the candidate that is. */
  | { readonly kind: 'percent'; readonly percent: number }
  /** The candidate becomes active. */
  | { readonly kind: 'promote' }
  /** What was active at that serial becomes active again; a rollout that is running ends. */
  | { readonly kind: 'rollback'; readonly serial: number }
  | { readonly kind: 'kill' | 'unkill'; readonly stage: KillSwitch }

/** What the pointer says, but serial and dates. */
export type PointerContent = Pick<Pointer, 'active' | 'previous' | 'rollout' | 'kill'>

export interface NextPointerInput {
  readonly action: PublicationAction
  /** The policy that the action is about. */
  readonly policy: PolicyReference | undefined
  readonly current: Pointer | undefined
  /** The verified pointer of the serial that a rollback names. */
  readonly target: Pointer | undefined
  /** A fresh random text of `A-Za-z0-9_-`: decides which clients are in a new candidate's share. */
  readonly salt: string
  /** Something of the policy is not in the store: the version that is active is published again, to mend it. */
  readonly mends: boolean
}

export type NextPointerResult = { readonly ok: true; readonly content: PointerContent } | PublicationFailure

const PUBLISH_FIRST = 'Run `sallyport publish` first.'

function same(a: PolicyReference | undefined, b: PolicyReference | undefined): boolean {
  return a?.manifest === b?.manifest
}

/** A new active policy, without rollout; kill switches stay as they are. */
function activate(current: Pointer | undefined, active: PolicyReference): NextPointerResult {
  const previous = same(current?.active, active) ? current?.previous : current?.active
  return {
    ok: true,
    content: { active, ...(previous ? { previous } : {}), ...(current?.kill ? { kill: current.kill } : {}) },
  }
}

/** The pointer as it is, with other fields. */
function change(current: Pointer, changes: Pick<PointerContent, 'rollout' | 'kill'>): NextPointerResult {
  const { active, previous, rollout, kill } = { ...current, ...changes }
  const content = { active, ...(previous ? { previous } : {}), ...(rollout ? { rollout } : {}) }
  return { ok: true, content: { ...content, ...(kill && kill.length > 0 ? { kill } : {}) } }
}

function publish({ policy, current, mends }: NextPointerInput): NextPointerResult {
  if (!policy)
    return failPublication('no-policy', 'There is no policy to publish.', 'Name its folder with --policy.')
  if (current && same(current.active, policy) && !current.rollout && !mends)
    return failPublication(
      'already-so',
      `The version ${policy.version} is active already, since serial ${current.serial} or before.`,
      'Change the policy, or leave it: nothing needs to be done.',
    )
  return activate(current, policy)
}

function rollOut(input: NextPointerInput, percent: number | undefined): NextPointerResult {
  const { current } = input
  if (percent !== undefined && !(Number.isInteger(percent) && percent >= 0 && percent <= 100))
    return failPublication(
      'bad-percent',
      `${percent} is no share of clients.`,
      'Give --percent a whole number from 0 to 100.',
    )
  if (!current)
    return failPublication(
      'nothing-published',
      'A candidate needs an active policy beside it.',
      PUBLISH_FIRST,
    )
  const running = current.rollout
  const candidate = input.policy ?? running?.candidate
  if (!candidate)
    return failPublication(
      'no-candidate',
      'There is no candidate.',
      'Name the folder of its policy with --policy.',
    )
  if (same(candidate, current.active))
    return failPublication(
      'already-so',
      `The version ${candidate.version} is active already for all clients.`,
      'Change the policy first.',
    )
  // The same candidate keeps its salt: who had it at 10 % has it at 50 % too.
  const salt = running && same(running.candidate, candidate) ? running.salt : input.salt
  const rollout: Rollout =
    percent === undefined
      ? { mode: 'shadow', candidate, salt }
      : { mode: 'percent', candidate, percent, salt }
  if (running?.mode === rollout.mode && running.salt === salt && shareOf(running) === percent)
    return failPublication(
      'already-so',
      `The candidate ${candidate.version} is in this rollout already.`,
      'Give another --percent, or --promote it.',
    )
  return change(current, { rollout })
}

function shareOf(rollout: Rollout): number | undefined {
  return rollout.mode === 'percent' ? rollout.percent : undefined
}

function promote({ current }: NextPointerInput): NextPointerResult {
  if (!current?.rollout)
    return failPublication(
      'no-candidate',
      'There is no candidate to promote.',
      'Publish one with --shadow or --percent first, or publish without either.',
    )
  return activate(current, current.rollout.candidate)
}

function rollBack({ current, target }: NextPointerInput, serial: number): NextPointerResult {
  if (!current)
    return failPublication('nothing-published', 'There is nothing to roll back to.', PUBLISH_FIRST)
  if (!target)
    return failPublication(
      'unknown-serial',
      `The history has no serial ${serial}.`,
      '`sallyport status` lists the serials there are.',
    )
  if (same(target.active, current.active) && !current.rollout)
    return failPublication(
      'already-so',
      `The version ${target.active.version} of serial ${serial} is what is active now.`,
      '`sallyport status` lists the serials and their versions.',
    )
  return activate(current, target.active)
}

function turn({ current }: NextPointerInput, stage: KillSwitch, off: boolean): NextPointerResult {
  if (!current)
    return failPublication('nothing-published', 'A kill switch needs a published policy.', PUBLISH_FIRST)
  const kill = current.kill ?? []
  if (kill.includes(stage) === off)
    return failPublication(
      'already-so',
      `The stage ${stage} is ${off ? 'switched off already' : 'not switched off'}.`,
      'Nothing needs to be done.',
    )
  return change(current, { kill: off ? [...kill, stage].sort() : kill.filter((other) => other !== stage) })
}

export function nextPointer(input: NextPointerInput): NextPointerResult {
  const { action } = input
  if (action.kind === 'publish') return publish(input)
  if (action.kind === 'shadow') return rollOut(input, undefined)
  if (action.kind === 'percent') return rollOut(input, action.percent)
  if (action.kind === 'promote') return promote(input)
  if (action.kind === 'rollback') return rollBack(input, action.serial)
  return turn(input, action.stage, action.kind === 'kill')
}
