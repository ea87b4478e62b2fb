/**
 * What an isolate knows of the names of addresses. A request never waits for DNS: at first sight the answer is
 * `pending`, and one look-up goes on behind it.
 *
 * Memory is bounded, and nobody can push out what was confirmed by making others be refuted: that is kept apart.
 * @module
 */
import { type Address, formatAddress } from '../../../net/address.ts'
import { type Confirmation, confirmName } from './confirm-name.ts'
import type { AskDns } from './dns-answer.ts'
import { createDoubtfulNetworks } from './doubtful-networks.ts'
import { createLookUpBudget, type LookUpBudget } from './look-up-budget.ts'

export type DnsFinding = Confirmation | 'pending'

export interface DnsProofs {
  /**
   * Whether the address has a name below one of the suffixes that leads back to it.
   * @param suffixes With the leading dot. @param now Milliseconds since the epoch.
   */
  find(
    address: Address | undefined,
    suffixes: readonly string[],
    now: number,
    keepAlive: (work: Promise<unknown>) => void,
  ): DnsFinding
  readonly stats: DnsStats
}

export interface DnsStats {
  readonly confirmed: number
  readonly refuted: number
  /** Look-ups to which no resolver had an answer. */
  readonly unknown: number
  /** Look-ups that another isolate of the data centre had made. */
  readonly shared: number
  /** Requests that found no room for a look-up: `unknown`, and asked anew with the next one. */
  readonly crowded: number
}

/** Findings that isolates of a data centre share. Both may reject. */
export interface SharedFindings {
  get(key: string): Promise<string | undefined>
  put(key: string, finding: string, seconds: number): Promise<void>
}

export interface DnsPorts {
  readonly ask: AskDns
  readonly shared?: SharedFindings
  /** Milliseconds since the epoch, for what comes after a wait. */
  readonly clock: () => number
  readonly budget?: LookUpBudget
}

/** Seconds that a finding holds. A failure is asked again soon; it is no finding. */
export const DNS_LIFE: Readonly<Record<Confirmation, number>> = {
  confirmed: 86_400,
  refuted: 600,
  unknown: 60,
}
/** Confirmed addresses, and all others, that are remembered; the one that came first goes first. */
const MAX_CONFIRMED = 2048
const MAX_OTHERS = 4096
/** Milliseconds before its end when a confirmed address is looked up anew, so that a crawler is never `pending` twice. */
const RENEW = 3_600_000

interface Known {
  readonly finding: Confirmation
  /** Milliseconds since the epoch. */
  readonly until: number
}

/** `confirmed 1767225600000`. */
function formatKnown({ finding, until }: Known): string {
  return `${finding} ${until}`
}

/** What another isolate wrote; nothing that it could have written wrongly makes a finding hold longer. */
function parseKnown(text: string | undefined, now: number): Known | undefined {
  const [, finding, digits] = /^(confirmed|refuted) (\d{1,15})$/.exec(text ?? '') ?? []
  const until = Number(digits)
  if (finding !== 'confirmed' && finding !== 'refuted') return undefined
  return until > now && until <= now + DNS_LIFE[finding] * 1000 ? { finding, until } : undefined
}

class FindingMemory {
  readonly #confirmed = new Map<string, Known>()
  readonly #others = new Map<string, Known>()

  get(key: string, now: number): Known | undefined {
    const known = this.#confirmed.get(key) ?? this.#others.get(key)
    return known !== undefined && now < known.until ? known : undefined
  }

  set(key: string, known: Known, now: number): void {
    const isConfirmed = known.finding === 'confirmed'
    const [table, most] = isConfirmed ? [this.#confirmed, MAX_CONFIRMED] : [this.#others, MAX_OTHERS]
    // A resolver that is down does not undo what was confirmed and still holds.
    if (known.finding === 'unknown' && this.get(key, now)?.finding === 'confirmed') return
    this.#confirmed.delete(key)
    this.#others.delete(key)
    const oldest = table.size >= most ? table.keys().next().value : undefined
    if (oldest !== undefined) table.delete(oldest)
    table.set(key, known)
  }
}

export function createDnsProofs(ports: DnsPorts): DnsProofs {
  const { ask, shared, clock, budget = createLookUpBudget() } = ports
  const memory = new FindingMemory()
  const doubtful = createDoubtfulNetworks()
  const stats = { confirmed: 0, refuted: 0, unknown: 0, shared: 0, crowded: 0 }

  async function readShared(key: string): Promise<Known | undefined> {
    try {
      return parseKnown(await shared?.get(key), clock())
    } catch {
      return undefined
    }
  }

  async function askAnew(key: string, address: Address, suffixes: readonly string[]): Promise<void> {
    const finding = await confirmName(address, suffixes, ask)
    stats[finding]++
    const now = clock()
    const known = { finding, until: now + DNS_LIFE[finding] * 1000 }
    memory.set(key, known, now)
    doubtful.note(address, finding === 'confirmed' ? now : known.until, now)
    // A failure is this isolate's own affair.
    if (finding !== 'unknown') await shared?.put(key, formatKnown(known), DNS_LIFE[finding])
  }

  async function lookUp(
    key: string,
    isAnew: boolean,
    ...question: [Address, readonly string[]]
  ): Promise<void> {
    try {
      const told = isAnew ? undefined : await readShared(key)
      if (told === undefined) return await askAnew(key, ...question)
      stats.shared++
      memory.set(key, told, clock())
    } catch {
      // Nothing could be shared: others will find it out by themselves.
    } finally {
      budget.give(key)
    }
  }

  return {
    stats,
    find(address, suffixes, now, keepAlive) {
      if (address === undefined || suffixes.length === 0) return 'unknown'
      const key = `${formatAddress(address)} ${suffixes.join(' ')}`
      const known = memory.get(key, now)
      const isEnding = known?.finding === 'confirmed' && known.until - now < RENEW
      if (known && !isEnding) return known.finding
      const taken = budget.take(key, address, now)
      if (taken === 'taken') keepAlive(lookUp(key, known !== undefined, address, suffixes))
      if (known) return known.finding
      if (taken !== 'full') return doubtful.has(address, now) ? 'unknown' : 'pending'
      // Nobody is asked, so no answer is on its way: a flood of claims must not live off being undecided.
      stats.crowded++
      return 'unknown'
    },
  }
}
