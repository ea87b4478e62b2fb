/**
 * What is published and what the edge makes of it, as data: what `status --json` prints.
 * @module
 */
import type { Pointer } from '../../bundle/delivery.ts'
import { type HistoryEntry, readHistory, readPointer } from '../publish/published-state.ts'
import type { Opened } from '../publish/run-command.ts'
import { type EdgeHealth, fetchHealth } from '../publish/wait-for-serial.ts'

export interface StatusReport {
  readonly store: string
  /** `null` before the first publication. */
  readonly pointer: Pointer | null
  /** Why the pointer in the store is not accepted, or `null`. */
  readonly fault: string | null
  /** Newest first. Its metadata is not signed. */
  readonly history: readonly HistoryEntry[]
  /** URL of the edge that was asked, or `null`. */
  readonly asked: string | null
  /** `null` when there is no edge to ask, or it does not answer. */
  readonly edge: (EdgeHealth & { readonly url: string }) | null
}

const MAX_HISTORY = 10

/** @param edge URL of an edge to ask; the running `npm start` needs none. */
export async function readStatus(
  { target, verify }: Opened,
  edge: string | undefined,
): Promise<StatusReport> {
  const pointer = await readPointer(target.store, verify)
  const history = (await readHistory(target.store)).slice(0, MAX_HISTORY)
  const url = edge ?? target.running?.edge
  const health = url === undefined ? undefined : await fetchHealth(url)
  return {
    store: target.store.place,
    pointer: pointer?.ok ? pointer.pointer : null,
    fault: pointer && !pointer.ok ? pointer.message : null,
    history,
    asked: url ?? null,
    edge: url !== undefined && health ? { url, ...health } : null,
  }
}
