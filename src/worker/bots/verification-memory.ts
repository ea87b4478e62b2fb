/**
 * What an isolate knows of agents' addresses, names and keys, whatever the policy is: a new policy finds it as it was.
 * @module
 */
import type { BotsModel } from '../../bundle/bots-model.ts'
import type { Fetch } from '../../ingress/bots/bounded-fetch.ts'
import { createDnsProofs, type DnsProofs, type DnsStats } from '../../ingress/bots/dns/dns-proofs.ts'
import { createRangeBook, type RangeBook } from '../../ingress/bots/ranges/range-book.ts'
import { createKeyDirectory, type KeyDirectory } from '../../ingress/bots/web-bot-auth/key-directory.ts'
import type { PrefixSet } from '../../net/prefix-set.ts'
import { type BotDataReport, createBotData } from './bot-data.ts'
import { type BotNamespace, openBotStore } from './bot-store.ts'
import { createDohClient } from './doh-client.ts'
import { createSharedFindings, type NamedCaches } from './shared-findings.ts'

export interface MemoryPorts {
  /** Where the cron puts what it fetches; absent: snapshots are all there is. */
  readonly kv: BotNamespace | undefined
  /** At least 16 bytes that nobody but the edge has; the cron's. */
  readonly secret: Uint8Array
  readonly fetch: Fetch
  /** The runtime's; absent: isolates share no findings of DNS. */
  readonly caches: NamedCaches | undefined
  /** Milliseconds since the epoch. */
  readonly clock: () => number
}

/** The means of proof of one policy. */
export interface ProofMeans {
  readonly ranges: RangeBook
  readonly dns: DnsProofs
  readonly keys: KeyDirectory
}

export interface VerificationReport extends BotDataReport {
  /** Look-ups of DNS in this isolate; absent before the first policy. */
  readonly dns?: DnsStats
}

export interface VerificationMemory {
  /** @param openSet The set of a snapshot, by the name of its part. */
  open(model: Pick<BotsModel, 'ranges' | 'verification'>, openSet: (part: string) => PrefixSet): ProofMeans
  /** Starts a look at the store when one is due: for each request, and awaited by none. */
  refresh(keepAlive: (work: Promise<unknown>) => void, now: number): void
  /** @param now Milliseconds since the epoch. */
  report(now: number): VerificationReport
}

export function createVerificationMemory(ports: MemoryPorts): VerificationMemory {
  const { kv, secret, fetch, caches, clock } = ports
  const data = createBotData({ store: kv && openBotStore(kv, true), secret, clock })
  let last: { readonly resolver: string; readonly dns: DnsProofs } | undefined

  /** What was found holds until somebody trusts another resolver. */
  function proofsBy(resolver: string): DnsProofs {
    if (last?.resolver === resolver) return last.dns
    const ask = createDohClient(resolver, fetch)
    const shared = caches && createSharedFindings(caches, resolver)
    const dns = createDnsProofs({ ask, clock, ...(shared ? { shared } : {}) })
    last = { resolver, dns }
    return dns
  }

  return {
    open({ ranges, verification }, openSet) {
      const means = {
        ranges: createRangeBook(ranges, openSet, verification.ranges_max_age),
        keys: createKeyDirectory(verification.web_bot_auth.hosts),
        dns: proofsBy(verification.dns.resolver),
      }
      data.supply(means)
      return means
    },
    refresh: (keepAlive, now) => data.refresh(keepAlive, now),
    report: (now) => ({ ...data.report(now), ...(last ? { dns: { ...last.dns.stats } } : {}) }),
  }
}
