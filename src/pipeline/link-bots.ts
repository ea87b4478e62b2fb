/**
 * The stage bots of one policy, put together from its parts.
 * @module
 */
import type { BotsModel } from '../bundle/bots-model.ts'
import type { Bundle } from '../bundle/bundle.ts'
import { readAgent } from '../http/agent-family.ts'
import { capMode, type Mode } from '../http/decision.ts'
import type { RequestFacts } from '../http/facts.ts'
import { type BotsStage, createBotsStage } from '../ingress/bots/bots-stage.ts'
import { type Crawlers, createCrawlers } from '../ingress/bots/crawlers/crawlers.ts'
import { createRobotsFile, type RobotsFile } from '../ingress/bots/crawlers/robots-file.ts'
import { type AgentIndex, openAgents } from '../ingress/bots/identity/agent-index.ts'
import { createLabyrinth, type Labyrinth } from '../ingress/bots/labyrinth/labyrinth.ts'
import type { MazeVisits } from '../ingress/bots/labyrinth/maze-visits.ts'
import { createRangeBook } from '../ingress/bots/ranges/range-book.ts'
import type { TlsMemory } from '../ingress/bots/signals/learn-tls.ts'
import { readEdge } from '../ingress/bots/signals/read-edge.ts'
import { createScore } from '../ingress/bots/signals/score.ts'
import { createVerification, type VerificationPorts } from '../ingress/bots/verification.ts'
import { claimsSignature } from '../ingress/bots/web-bot-auth/check-signature.ts'
import { createKeyDirectory } from '../ingress/bots/web-bot-auth/key-directory.ts'
import type { Challenge } from '../ingress/challenge/challenge.ts'
import { isUnchallengeable } from '../ingress/challenge/request-kind.ts'
import type { PrefixSet } from '../net/prefix-set.ts'

/** What can tell an agent from one that only uses its name. */
export type Means = Pick<VerificationPorts, 'ranges' | 'dns' | 'keys'>

/** What of the stage outlives a policy. Without it nobody is looked up and nothing is fetched. */
export interface BotsMemory {
  /** The means of proof of a policy, kept current from then on. */
  open(model: BotsModel, openSet: (part: string) => PrefixSet): Means
  readonly tls: TlsMemory
  readonly visits: MazeVisits
}

export interface LinkedBots {
  readonly stage: BotsStage
  readonly agents: AgentIndex
  readonly crawlers: Crawlers
  readonly labyrinth: Labyrinth
  /** Absent: the origin's own file is what crawlers get. */
  readonly robots?: RobotsFile
  readonly model: BotsModel
}

export interface BotsOptions {
  /** Of `stages.bots`. */
  readonly mode: Mode
  readonly challenge: Pick<Challenge, 'clearanceOf' | 'isCleared'>
  /** Keys the maze. */
  readonly secret: Uint8Array
  readonly memory?: BotsMemory | undefined
}

/** The agents of a policy that wants nobody recognised. */
const NOBODY: AgentIndex = { agents: [], identify: () => ({ declared: false }), byName: () => undefined }
/** Handshakes are learned from clients that have solved at least this. */
const TEACHES = 2

/** @throws AgentsError, BundleError: the parts of the bundle are not what the model says. */
export function linkBots(bundle: Bundle, model: BotsModel, options: BotsOptions): LinkedBots {
  const { mode, secret, memory } = options
  const agents = model.agents === '' ? NOBODY : openAgents(bundle.part(model.agents))
  const openSet = (part: string): PrefixSet => bundle.prefixSet(part)
  const means = memory ? memory.open(model, openSet) : openSnapshots(model, openSet)
  const crawlers = createCrawlers({ ...model, mode: capMode(model.mode, mode) })
  const labyrinth = createLabyrinth(
    { ...model.labyrinth, mode: capMode(capMode(model.labyrinth.mode, model.mode), mode) },
    { secret, ...(memory ? { visits: memory.visits } : {}) },
  )
  const stage = createBotsStage(model, mode, {
    claimsSignature,
    identify: createVerification(model, { agents, ...means }),
    score: createScoring(model, labyrinth, options),
    crawlers: (assessment, facts) => crawlers.decide(assessment, facts),
    maze: (facts) => labyrinth.check(facts),
    isCleared: (facts, now, level) => options.challenge.isCleared(facts, now, level),
    isUnchallengeable: (facts) => isUnchallengeable(facts, model.challenge.exempt),
  })
  const robots = createRobotsFile(model, agents.agents, capMode(model.mode, mode))
  return { stage, agents, crawlers, labyrinth, model, ...(robots ? { robots } : {}) }
}

/** The lists of the policy itself, and nothing that has to be asked for. */
function openSnapshots({ ranges, verification }: BotsModel, openSet: (part: string) => PrefixSet): Means {
  return {
    ranges: createRangeBook(ranges, openSet, verification.ranges_max_age),
    keys: createKeyDirectory([]),
    dns: { find: () => 'unknown' },
  }
}

type Scoring = Parameters<typeof createBotsStage>[2]['score']

function createScoring(model: BotsModel, labyrinth: Labyrinth, { challenge, memory }: BotsOptions): Scoring {
  const score = createScore(model)
  const tls = memory?.tls
  const context = (facts: RequestFacts, now: number): Parameters<typeof score.of>[2] => ({
    cleared: () => challenge.clearanceOf(facts, now) !== undefined,
    mazeVisits: () => labyrinth.visits(facts, now),
    ...(tls ? { tls } : {}),
  })
  return (facts, identified, now) => {
    if (tls && (challenge.clearanceOf(facts, now)?.level ?? 0) >= TEACHES) teach(tls, facts)
    return score.of(facts, identified, context(facts, now))
  }
}

function teach(tls: TlsMemory, { headers, client }: RequestFacts): void {
  if (client.edge === undefined) return
  tls.learn(readAgent(headers.get('user-agent')), readEdge(client), client.address)
}
