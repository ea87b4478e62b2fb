/** An isolate around a loader: what a request gets is read out of the parts that it would run with. */
import { type Bundle, openParts, type PartMap } from '../../src/bundle/bundle.ts'
import type { PolicyStore } from '../../src/bundle/delivery.ts'
import type { LinkRequest, LivePolicy } from '../../src/bundle/live-policy.ts'
import { createPolicyLoader, type LoaderEvent, type PolicyLoader } from '../../src/bundle/policy-loader.ts'
import type { PointerVerifier } from '../../src/bundle/verify-pointer.ts'
import { parseAddress } from '../../src/net/address.ts'
import { markedParts, type Parts } from './policy-model.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** A policy as it was linked: all that its parts say about which version they are of. */
export interface Linked {
  readonly version: number
  readonly marks: readonly number[]
  readonly kill: readonly string[]
  readonly role: string
}

export interface FakeIsolate {
  readonly loader: PolicyLoader<Linked>
  readonly events: readonly LoaderEvent[]
  /** Every policy that was linked since the start, the baseline first. */
  readonly linked: readonly Linked[]
  /** What one request runs with. */
  request(): Promise<LivePolicy<Linked>>
  /** Waits for the loads that are under way. */
  idle(): Promise<void>
}

export function toPartMap(parts: Parts): PartMap {
  return new Map(
    [...parts].map(([name, bytes]) => [
      name,
      { buffer: bytes.slice().buffer, offset: 0, length: bytes.length },
    ]),
  )
}

const ADDRESS = parseAddress('192.0.2.1')

function readMarks(bundle: Bundle): readonly number[] {
  return bundle.model.lists.flatMap((list) =>
    list.kind === 'ip' && list.name !== 'shared' && ADDRESS
      ? [bundle.prefixSet(list.part).lookup(ADDRESS)]
      : [],
  )
}

export interface FakeIsolateOptions {
  readonly store: PolicyStore
  readonly verify: PointerVerifier
  readonly clock: VirtualClock
  readonly minSerial?: number
  readonly freshFor?: number
  /** The version inside the Worker. */
  readonly baseline?: number
  /** Whether the baseline has large lists. */
  readonly large?: boolean
  readonly link?: (request: LinkRequest) => void
  readonly onEvent?: (event: LoaderEvent) => void
}

export function createFakeIsolate(options: FakeIsolateOptions): FakeIsolate {
  const { store, verify, clock, minSerial = 0, baseline = 200 } = options
  const events: LoaderEvent[] = []
  const linked: Linked[] = []
  const kept: Promise<unknown>[] = []

  function link(request: LinkRequest): Linked {
    options.link?.(request)
    const { bundle, kill, role } = request
    const made = { version: Number.parseInt(bundle.model.version, 16), marks: readMarks(bundle), kill, role }
    linked.push(made)
    return made
  }

  const parts = toPartMap(markedParts(baseline, { large: options.large ?? true }))
  const bundle = openParts(parts)
  const loader = createPolicyLoader<Linked>({
    store,
    verify,
    link,
    minSerial,
    baseline: { version: bundle.model.version, linked: link({ bundle, kill: [], role: 'serve' }), parts },
    freshFor: options.freshFor ?? 30_000,
    now: clock.now,
    timer: clock.timer,
    onEvent(event) {
      events.push(event)
      options.onEvent?.(event)
    },
  })
  return {
    loader,
    events,
    linked,
    request: async () => loader.current((work) => void kept.push(work)),
    async idle() {
      await Promise.all(kept.splice(0))
    },
  }
}
