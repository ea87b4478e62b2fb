/**
 * Compiles `bots.yaml`: who automated clients are, how they prove it, and what they get.
 * @module
 */
import type { AgentModel, BotsModel } from '../../bundle/bots-model.ts'
import { AGENTS_PART } from '../../bundle/encode-bundle.ts'
import type { LimitModel } from '../../bundle/model.ts'
import { ASNS } from '../list-kinds.ts'
import { HOSTING_ASNS, RELAY_ASNS } from './asn-classes.ts'
import type { BotsContext } from './bots-context.ts'
import { compileScores } from './check-scores.ts'
import { type CompiledAgents, compileAgents } from './compile-agents.ts'
import { compileChallenge, compileLabyrinth } from './compile-challenge.ts'
import { compileCrawlers } from './compile-crawlers.ts'
import { crawlerLimits } from './crawler-limits.ts'
import { compileRangeSnapshots } from './range-snapshots.ts'

export interface CompiledBots {
  readonly model: BotsModel
  /** Parts of the bundle by name: the agents, and one address set per list of ranges. */
  readonly parts: ReadonlyMap<string, ArrayBuffer>
  /** Limits that count what `rate` allows. */
  readonly limits: readonly LimitModel[]
}

function readAsns({ section, lists, problems }: BotsContext, key: 'hosting' | 'relay'): readonly number[] {
  return section.value.asns[key].flatMap((entry, i) =>
    lists.read(ASNS, entry, (message, fix) => problems.push(section.at(['asns', key, i], message, fix))),
  )
}

/** People are behind relays: what is both is a relay. */
function compileAsns(context: BotsContext): BotsModel['asns'] {
  const { shipped } = context.section.value.asns
  const own = { hosting: readAsns(context, 'hosting'), relay: readAsns(context, 'relay') }
  const numbers = (asns: readonly { readonly asn: number }[]): readonly number[] =>
    shipped ? asns.map(({ asn }) => asn) : []
  const relay = new Set([...numbers(RELAY_ASNS), ...own.relay])
  for (const asn of own.hosting) if (!own.relay.includes(asn)) relay.delete(asn)
  const hosting = new Set([...numbers(HOSTING_ASNS), ...own.hosting])
  const ascending = (set: Iterable<number>): number[] => [...set].sort((a, b) => a - b)
  return { hosting: ascending(hosting).filter((asn) => !relay.has(asn)), relay: ascending(relay) }
}

/** Those that agents sign with, unless the operator has chosen; an agent of his own is a choice. */
function chooseHosts({ section }: BotsContext, { agents, own }: CompiledAgents): readonly string[] {
  const hostsOf = (some: readonly AgentModel[]): string[] => some.flatMap(({ proof }) => [...proof.signature])
  const chosen = section.value.verification.web_bot_auth.hosts ?? hostsOf(agents)
  return [...new Set([...chosen, ...hostsOf(own)])].sort()
}

function compileVerification(context: BotsContext, agents: CompiledAgents): BotsModel['verification'] {
  const { web_bot_auth, platform, ranges, dns, spoofed, pending } = context.section.value.verification
  const { mode, max_age, skew } = web_bot_auth
  return {
    web_bot_auth: { mode, hosts: chooseHosts(context, agents), max_age, skew },
    platform,
    ranges_max_age: ranges.max_age,
    dns,
    spoofed,
    pending,
  }
}

/** What is wrong goes to the context's problems; the result then must not be used. */
export function compileBots(context: BotsContext): CompiledBots {
  const { section, files, problems, warnings } = context
  const ranges = compileRangeSnapshots(files, problems, warnings)
  const agents = compileAgents(context, ranges.sources)
  const crawlers = compileCrawlers(context, agents.agents)
  const model: BotsModel = {
    mode: section.value.mode,
    agents: AGENTS_PART,
    ranges: ranges.sources,
    verification: compileVerification(context, agents),
    ...compileScores(context),
    asns: compileAsns(context),
    tls: [...new Set(section.value.tls)],
    challenge: compileChallenge(context),
    crawlers,
    labyrinth: compileLabyrinth(context, crawlers),
  }
  const parts = new Map(ranges.sets).set(AGENTS_PART, new Uint8Array(agents.part).buffer)
  return { model, parts, limits: problems.length > 0 ? [] : crawlerLimits(model) }
}
