/**
 * The stage of bots: who the client is, each signal with its weight, the score, and what follows.
 * @module
 */
import type { AgentModel, BotsModel } from '../../bundle/bots-model.ts'
import { BOT_SIGNALS } from '../../http/bot-signals.ts'
import { capMode, type Mode } from '../../http/decision.ts'
import type { Assessment, Verdict } from '../../ingress/bots/assessment.ts'
import { createCrawlers } from '../../ingress/bots/crawlers/crawlers.ts'
import { describeTerms } from '../../ingress/bots/crawlers/describe-crawlers.ts'
import type { BotsEvent, StageEvent } from '../../pipeline/trace.ts'
import type { Passage } from './describe-guards.ts'
import type { ItemReport } from './request-report.ts'

const METHODS: Readonly<Record<string, string>> = {
  'web-bot-auth': 'its signature',
  platform: "Cloudflare's word",
  ranges: 'the published addresses',
  dns: 'the host name of its address',
}

const VERDICTS: Readonly<Record<Verdict['kind'], string>> = {
  verified: 'verified by',
  spoofed: 'somebody else, by',
  pending: 'not known yet: it is being looked up',
  unverifiable: 'cannot be verified: the agent has no proof',
}

/** Nothing is asked here that an edge would ask, and no more is known of lists than the policy has. */
function describeGap(proof: AgentModel['proof']): string {
  const { signature, ranges, dns } = proof
  const means = [
    ...(signature.length > 0 ? [`signatures of ${signature.join(', ')}`] : []),
    ...(ranges.length > 0 ? [`lists of addresses (${ranges.join(', ')})`] : []),
    ...(dns.length > 0 ? [`host names below ${dns.join(', ')}`] : []),
  ]
  return `not found out here: an edge has ${means.join(' and ')} to go by, this only --ip and the lists of \`bots fetch\``
}

function describeVerdict(verdict: Verdict, agent: AgentModel | undefined): string {
  const { signature = [], ranges = [], dns = [] } = agent?.proof ?? {}
  if (agent && verdict.kind === 'unverifiable' && signature.length + ranges.length + dns.length > 0)
    return describeGap(agent.proof)
  const said = VERDICTS[verdict.kind]
  return 'method' in verdict ? `${said} ${METHODS[verdict.method] ?? verdict.method}` : said
}

function describeIdentity({ agent, declared }: Assessment): string {
  if (agent === undefined) return declared ? 'says that it is automated' : 'does not say that it is automated'
  const operator = agent.operator === undefined ? '' : ` of ${agent.operator}`
  return `${agent.name}${operator}, ${agent.class}`
}

/** All of them: those that were raised say what they add, the others what they would. */
function describeSignals(model: BotsModel, { signals }: Assessment, mode: Mode): readonly ItemReport[] {
  const raised = new Map(signals.map(({ id, weight }) => [id, weight]))
  return BOT_SIGNALS.map(({ id, reason, weight: usual }): ItemReport => {
    const weight = raised.get(id)
    const own = model.signals[id] ?? usual
    const result =
      weight === undefined ? (own === 0 ? 'off' : `not raised (${own})`) : `+${weight}: ${reason}`
    return { id: `signal ${id}`, mode: own === 0 ? 'off' : mode, applies: weight !== undefined, result }
  })
}

function describeScore({ bands }: BotsModel, { score, band }: Assessment): string {
  const step = bands.find(({ name }) => name === band)?.step ?? 'none'
  return `${score}: ${band}, ${step === 'none' ? 'asks for nothing' : `asks for ${step}`}`
}

/** What the policy of crawlers has for the agent, or for clients that only say that they are automated. */
function findTerms(model: BotsModel, { agent, declared }: Assessment, path: string): string | undefined {
  if (agent === undefined && !declared) return undefined
  const { termsFor } = createCrawlers(model)
  const proof = { signature: [], ranges: [], dns: [] }
  return describeTerms(termsFor(agent ?? { name: '', class: 'other', proof }, path))
}

/** Empty when the policy has no such stage. */
export function describeBots(passage: Passage, event: StageEvent): readonly ItemReport[] {
  const { trial, run, facts } = passage
  const { bots: model, settings } = trial.bundle.model
  if (model === undefined) return []
  const mode = capMode(model.mode, settings.stages.bots ?? 'enforce')
  const seen = run.events.find((each): each is BotsEvent => each.kind === 'bots')
  if (event.skipped || seen === undefined)
    return [{ id: 'bots', mode, applies: false, result: event.skipped ? 'left out' : 'nobody was looked at' }]
  const { assessment } = seen
  const { agent, verdict } = assessment
  const terms = findTerms(model, assessment, facts.target.path)
  const item = (id: string, result: string, applies = true): ItemReport => ({ id, mode, applies, result })
  return [
    item('who it is', describeIdentity(assessment)),
    ...(verdict === undefined ? [] : [item('is that so', describeVerdict(verdict, agent))]),
    ...(terms === undefined ? [] : [item(`crawlers ${agent?.class ?? 'other'}`, terms)]),
    ...describeSignals(model, assessment, mode),
    item('total score', describeScore(model, assessment)),
    ...describeDecisions(event),
  ]
}

function describeDecisions({ terminal, logged }: StageEvent): readonly ItemReport[] {
  return [...(terminal ? [terminal] : []), ...logged].map((decision) => {
    const ends = decision === terminal
    const result = ends ? decision.reason : `logged only: ${decision.reason}`
    return { id: decision.rule, mode: decision.mode, applies: true, result, ...(ends ? { ends } : {}) }
  })
}
