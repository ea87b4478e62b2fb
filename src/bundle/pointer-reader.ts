/**
 * One look into the store: the pointer, what it names, and all of it linked, or a refusal.
 * @module
 */
import type { PartBytes, PartMap } from './bundle.ts'
import {
  type KillSwitch,
  POINTER_KEY,
  type Pointer,
  type PolicyReference,
  type PolicyStore,
} from './delivery.ts'
import { MAX_POINTER_BYTES } from './delivery-shape.ts'
import { type FetchedVersion, fetchVersion, type ReadValue } from './fetch-version.ts'
import type { LinkedVersion, LinkRequest, LivePolicy } from './live-policy.ts'
import { createPartIndex } from './part-index.ts'
import { Refusal } from './refusal.ts'
import type { PointerVerifier } from './verify-pointer.ts'

/** Seconds that caches may keep the pointer (KV takes no less), and what never changes. */
const POINTER_AGE = 30
const CONTENT_AGE = 86_400
/** Keys remembered as suspect. */
const MAX_SUSPECTS = 256

export interface PointerReaderOptions<L> {
  readonly store: PolicyStore
  readonly verify: PointerVerifier
  /** Builds the stages. What it throws is a refusal. */
  readonly link: (request: LinkRequest) => L
  /** Pointers with a lower serial are not taken: an old one must not come back to a cold isolate. */
  readonly minSerial: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** A policy to adopt; `commit` is called when it has become the one that runs. */
export interface Found<L> {
  readonly policy: LivePolicy<L>
  commit(): void
}

export interface PointerReader<L> {
  /** Reads of the store since creation. */
  readonly reads: number
  /**
   * @param serial Of what runs.
   * @param offer Gets the active version alone, while the candidate beside it is being read: to adopt if that
   *   comes to nothing. A candidate that cannot be had must not keep a kill switch from taking effect.
   * @returns what to run from now on, or `undefined` when that is what runs already.
   * @throws Refusal, BundleError, and what the store throws.
   */
  read(serial: number, offer: (found: Found<L>) => void): Promise<Found<L> | undefined>
}

interface Prepared<L> extends LinkedVersion<L> {
  readonly fetched: FetchedVersion
  /** Two with the same key are linked alike. */
  readonly key: string
}

const linkKey = (manifest: string, kill: readonly KillSwitch[], role: LinkRequest['role']): string =>
  [manifest, role, ...kill].join(' ')

/** @param baseline The parts inside the Worker: what the store shares with them is not read. */
export function createPointerReader<L>(
  options: PointerReaderOptions<L>,
  baseline: PartMap,
): PointerReader<L> {
  const { store, verify, minSerial, now } = options
  const index = createPartIndex(baseline)
  /** What was missing or wrong: caches may have kept that, so the next read asks past them. */
  const suspects = new Set<string>()
  let reads = 0
  let running: Pointer | undefined
  /** False while the candidate of the pointer that runs is still to come. */
  let isWhole = true
  let kept: readonly Prepared<L>[] = []

  const get: PolicyStore['get'] = (key, maxAge, maxBytes) => {
    reads++
    return store.get(key, maxAge, maxBytes)
  }

  async function fetchFresh(reference: PolicyReference): Promise<FetchedVersion> {
    const keys: string[] = []
    const read: ReadValue = (key, maxBytes) => {
      keys.push(key)
      return get(key, suspects.has(key) ? POINTER_AGE : CONTENT_AGE, maxBytes)
    }
    try {
      const fetched = await fetchVersion(reference, read, index)
      for (const key of keys) suspects.delete(key)
      return fetched
    } catch (error) {
      if (suspects.size + keys.length > MAX_SUSPECTS) suspects.clear()
      for (const key of keys) suspects.add(key)
      throw error
    }
  }

  async function prepare(
    reference: PolicyReference,
    kill: readonly KillSwitch[],
    role: LinkRequest['role'],
  ): Promise<Prepared<L>> {
    const key = linkKey(reference.manifest, kill, role)
    const same = kept.find((prepared) => prepared.key === key)
    if (same) return same
    const known = kept.find(({ fetched }) => fetched.reference.manifest === reference.manifest)
    const fetched = known?.fetched ?? (await fetchFresh(reference))
    try {
      const linked = options.link({ bundle: fetched.bundle, kill, role })
      return { version: reference.version, linked, fetched, key }
    } catch (cause) {
      const type = cause instanceof Error ? cause.name : typeof cause
      throw new Refusal('not-linkable', `Version ${reference.version} cannot be run (${type}).`, { cause })
    }
  }

  /** False when the pointer is the one that runs, and all of it does. */
  function isNews(pointer: Pointer, serial: number): boolean {
    if (pointer.serial < minSerial)
      throw new Refusal('below-minimum', `Serial ${pointer.serial} is below the least, ${minSerial}.`)
    if (pointer.serial < serial)
      throw new Refusal('old-serial', `Serial ${pointer.serial} is older than ${serial}, which runs.`)
    if (pointer.serial === serial) {
      if (JSON.stringify(pointer) === JSON.stringify(running)) return !isWhole
      throw new Refusal('reused-serial', `There are two pointers with serial ${serial}: publish again.`)
    }
    if (pointer.not_after !== undefined && now() > pointer.not_after * 1000)
      throw new Refusal('expired', `Serial ${pointer.serial} was not to be taken any more.`)
    return true
  }

  async function prepareAll(pointer: Pointer, offer: (found: Found<L>) => void): Promise<Found<L>> {
    const { serial, active, rollout, kill = [], issued_at: issuedAt } = pointer
    const first = await prepare(active, kill, 'serve')
    const base = { serial, source: 'kv', issuedAt, active: first, kill } as const
    const alone = { policy: base, commit: () => keep(pointer, [first], rollout === undefined) }
    if (!rollout) return alone
    if (serial !== running?.serial) offer(alone)
    const role = rollout.mode === 'shadow' ? 'shadow' : 'serve'
    const candidate = await prepare(rollout.candidate, kill, role)
    const policy: LivePolicy<L> = { ...base, rollout: { ...rollout, candidate } }
    return { policy, commit: () => keep(pointer, [first, candidate], true) }
  }

  function keep(pointer: Pointer, prepared: readonly Prepared<L>[], whole: boolean): void {
    running = pointer
    isWhole = whole
    kept = prepared
    const parts = prepared.flatMap(({ fetched }): [string, PartBytes][] => [...fetched.parts])
    index.keep(new Map(parts))
  }

  return {
    get reads() {
      return reads
    },
    async read(serial, offer) {
      const bytes = await get(POINTER_KEY, POINTER_AGE, MAX_POINTER_BYTES)
      if (bytes === null) {
        if (serial === 0) return undefined
        throw new Refusal('missing-pointer', 'The store has no pointer any more.')
      }
      const result = await verify(new Uint8Array(bytes))
      if (!result.ok) throw new Refusal(result.fault, result.message)
      return isNews(result.pointer, serial) ? prepareAll(result.pointer, offer) : undefined
    },
  }
}
