/**
 * What a publication builds on: the pointer in the store, and the serials that are taken.
 *
 * Who can write to the store but not sign can put an old pointer back, and entries into the history that nobody
 * published. Neither may get a new signature by way of an operator who changes something else.
 * @module
 */
import type { Pointer } from '../../bundle/delivery.ts'
import type { PublicationAction } from '../../bundle/next-pointer.ts'
import type { PointerVerifier } from '../../bundle/verify-pointer.ts'
import type { PublishFlags } from './publish-flags.ts'
import { type HistoryEntry, readHistory, readPastPointer, readPointer } from './published-state.ts'
import type { Opened } from './run-command.ts'
import type { Store } from './store.ts'

export interface PublicationBase {
  readonly current: Pointer | undefined
  /** The highest serial of the history that can be one; 0: none. */
  readonly highestSerial: number
  /** What the operator should know before going on. */
  readonly warnings: readonly string[]
}

export type BaseResult =
  | { readonly ok: true; readonly base: PublicationBase }
  | { readonly ok: false; readonly message: string }

/**
 * Serials that the history may be ahead of the pointer. Its keys are not signed: an entry with the last serial
 * of all would otherwise make the operator sign that one, and no publication could ever follow.
 */
const MAX_AHEAD = 1_000_000
/** Entries that are read to find one that was signed. */
const MAX_READS = 4

function buildsOnPointer({ kind }: PublicationAction): boolean {
  return kind !== 'publish' && kind !== 'rollback'
}

/** The newest serial after the pointer's that was really signed. */
async function findNewer(
  store: Store,
  verify: PointerVerifier,
  entries: readonly HistoryEntry[],
): Promise<number | undefined> {
  for (const { serial } of entries.slice(0, MAX_READS)) {
    if (await readPastPointer(store, verify, serial)) return serial
  }
  return undefined
}

function describeStale(current: number, newer: number): string {
  return `The pointer in the store is serial ${current}, and the history has serial ${newer}: that publication was cut short, has not arrived everywhere yet, or somebody has put an old pointer back.`
}

const FIX_STALE =
  'Try again in a minute. If it stays so, publish the policy that is right, or --rollback to the serial of it; --replace goes on from the pointer as it is.'

function describeForged(serial: number): string {
  return `warning: history/${serial} is no serial that can have been published: find out who wrote that key, and delete it.`
}

/** Tells what is wrong with the pointer or the history; a pointer that is not to be built on is a failure. */
export async function readBase(
  { action, replace }: PublishFlags,
  { target, verify }: Opened,
): Promise<BaseResult> {
  const { store } = target
  const read = await readPointer(store, verify)
  if (read?.ok === false && !replace) {
    const fix =
      'If the keys are the right ones, somebody else has written it: find out who. --replace publishes over it.'
    return { ok: false, message: `The pointer in ${store.place} is not accepted: ${read.message} ${fix}` }
  }
  const current = read?.ok ? read.pointer : undefined
  const at = current?.serial ?? 0
  const history = await readHistory(store)
  const taken = history.filter(({ serial }) => serial <= at + MAX_AHEAD)
  const warnings = history.length > taken.length ? [describeForged(history[0]?.serial ?? 0)] : []
  const ahead = current ? taken.filter(({ serial }) => serial > at) : []
  const newer = await findNewer(store, verify, ahead)
  if (newer !== undefined) {
    const stale = describeStale(at, newer)
    if (buildsOnPointer(action) && !replace) return { ok: false, message: `${stale} ${FIX_STALE}` }
    warnings.push(`warning: ${stale}`)
  }
  return { ok: true, base: { current, highestSerial: taken[0]?.serial ?? 0, warnings } }
}
