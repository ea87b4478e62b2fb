/**
 * The orders as an isolate looks things up in them, for each request.
 * @module
 */
import type { RequestFacts } from '../../http/facts.ts'
import { type BanNetworks, compileBanNetworks } from './ban-networks.ts'
import { isStronger } from './ban-strength.ts'
import { findAttack } from './orders-attacks.ts'
import { sourceOf } from './orders-exchange.ts'
import { agentKeyOf, tlsKeyOf } from './source-keys.ts'
import {
  type AttackState,
  type Ban,
  type Level,
  MAX_ATTACKS,
  MAX_BANS,
  type Orders,
} from './watch-protocol.ts'

export interface BanTable {
  /** That of the orders which are in force; 0 before the first. */
  readonly revision: number
  /** Bans that were in force when the last orders came. */
  readonly size: number
  /** Replaces all that was ordered before, unless the orders are partial, or old news. */
  apply(orders: Orders, now: number): void
  /** The strongest ban in force that is about this request; of equals the narrowest. */
  find(facts: RequestFacts, now: number): Ban | undefined
  /** What is said of this route: an operator's word before that of detection, the closest before wider ones. */
  attackOf(host: string, route: string, now: number): AttackState | undefined
}

interface Compiled {
  /** When the last of them ends; a table without bans has none to look for. */
  readonly until: number
  readonly networks: BanNetworks
  readonly asns: ReadonlyMap<string, Ban>
  readonly tls: ReadonlyMap<string, Ban>
  readonly agents: ReadonlyMap<string, Ban>
}

/**
 * Milliseconds for which orders are passed over that are older than those in force: an operator's word comes
 * straight from control, and the watch of the data centre may hear of it a little later. No longer, for control
 * may have lost its clock.
 */
const SETTLING = 10_000

export function createBanTable(): BanTable {
  let ordered: readonly Ban[] = []
  let bans = compile(ordered)
  let attacks: readonly AttackState[] = []
  let revision = 0
  let basis = 0
  let appliedAt = 0
  return {
    get revision() {
      return revision
    },
    get size() {
      return ordered.length
    },
    apply(orders, now) {
      const { isPartial = false, basis: news = 0 } = orders
      if (!isPartial && news < basis && Math.abs(now - appliedAt) < SETTLING) return
      if (!isPartial) basis = news
      appliedAt = now
      ordered = (isPartial ? join(orders.bans, ordered) : orders.bans)
        .filter(({ until }) => until > now)
        .slice(0, MAX_BANS)
      bans = compile(ordered)
      attacks = (isPartial ? [...orders.attacks, ...attacks] : orders.attacks).slice(0, MAX_ATTACKS)
      revision = orders.revision
    },
    find(facts, now) {
      return now < bans.until ? findBan(bans, facts, now) : undefined
    },
    attackOf(host, route, now) {
      return attacks.length === 0 ? undefined : findAttack(attacks, host, route, now)
    },
  }
}

/** The first, and of the others those about sources that the first say nothing of. */
function join(bans: readonly Ban[], others: readonly Ban[]): readonly Ban[] {
  const known = new Set(bans.map(sourceOf))
  return [...bans, ...others.filter((ban) => !known.has(sourceOf(ban)))]
}

function compile(bans: readonly Ban[]): Compiled {
  const byKey = (level: Level): ReadonlyMap<string, Ban> =>
    new Map(bans.filter((ban) => ban.level === level).map((ban) => [ban.key, ban]))
  return {
    until: bans.reduce((latest, ban) => Math.max(latest, ban.until), 0),
    networks: compileBanNetworks(bans.filter(({ level }) => level === 'address' || level === 'network')),
    asns: byKey('asn'),
    tls: byKey('tls'),
    agents: byKey('agent'),
  }
}

/** What a key is made of is only put together when there are bans that have such keys. */
function findBan(
  { networks, asns, tls, agents }: Compiled,
  facts: RequestFacts,
  now: number,
): Ban | undefined {
  const { address, asn } = facts.client
  let found = address === undefined ? undefined : networks.find(address, now)
  if (asns.size > 0 && asn !== undefined) found = pick(found, asns.get(String(asn)), now)
  if (tls.size > 0) found = pick(found, tls.get(tlsKeyOf(facts) ?? ''), now)
  if (agents.size > 0) found = pick(found, agents.get(agentKeyOf(facts)), now)
  return found
}

function pick(found: Ban | undefined, next: Ban | undefined, now: number): Ban | undefined {
  if (next === undefined || next.until <= now) return found
  return found === undefined || isStronger(next, found) ? next : found
}
