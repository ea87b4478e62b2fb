/**
 * A policy to try requests on: the stages of the edge, with counters that start anew for each request.
 * @module
 */
import { type Bundle, openBundle } from '../../bundle/bundle.ts'
import type { LimitModel } from '../../bundle/model.ts'
import { capMode, type Decision } from '../../http/decision.ts'
import type { RequestFacts } from '../../http/facts.ts'
import { longestValue } from '../../http/longest-value.ts'
import type { BodyFacts, ResponseFacts } from '../../http/rule-fields/rule-facts.ts'
import { createBanTable } from '../../ingress/dos/ban-table.ts'
import type { Answered } from '../../ingress/limits/limit-check.ts'
import { createLimiter } from '../../ingress/limits/limiter.ts'
import { createRuleEnvironment } from '../../ingress/rules/rule-environment.ts'
import { openLists } from '../../ingress/rules/rule-lists.ts'
import type { ResponseResult } from '../../ingress/rules/rule-run.ts'
import { compileProgram } from '../../lang/compile.ts'
import { explainFilter } from '../../lang/explain.ts'
import { isLogical } from '../../lang/node-type.ts'
import { type DecideContext, decide } from '../../pipeline/decide.ts'
import type { Outcome } from '../../pipeline/outcome.ts'
import { endsAtOwnEndpoint, OWN_ENDPOINT } from '../../pipeline/own-endpoint.ts'
import { linkPolicy, type Stages } from '../../pipeline/stages.ts'
import type { TraceEvent } from '../../pipeline/trace.ts'
import { answerRoute } from '../../shield/route-answer.ts'
import { exactLimiter } from '../limits/exact-limiter.ts'
import type { LoadedPolicy } from '../load-folder.ts'
import { findFirstHost } from '../replay/open-policy.ts'
import { type ExpressionPart, maskExplanation } from './explain-expression.ts'
import { findSecretUses, type SecretUses } from './secret-uses.ts'
import { PLAIN_RESPONSE, SEED, toRuleFacts } from './trial-facts.ts'

/** What a request comes with and meets. */
export interface TrialSurroundings {
  readonly body?: BodyFacts
  /** What the origin answers; 200 without header fields unless said otherwise. */
  readonly response?: ResponseFacts
  /** How often the request comes; the last one is what is told of. */
  readonly repeat?: number
  /** Nothing that the client sends or leaves out contradicts a browser: the request does not tell of its client. */
  readonly unjudged?: boolean
}

/** One request through the policy. */
export interface TrialRun {
  readonly outcome: Outcome
  /** What ends the request, the edge's own endpoints included; absent when it goes to the origin. */
  readonly terminal?: Decision
  /** Where a redirect leads. */
  readonly location?: string
  /** The same for people: hidden when a rule made it of something secret. */
  readonly shownLocation?: string
  /** What the rules make of the answer, when there is one that they may edit. */
  readonly response?: ResponseResult
  /** Those of the response's rules included. */
  readonly events: readonly TraceEvent[]
}

export interface Trial {
  readonly bundle: Bundle
  readonly stages: Stages
  readonly secrets: SecretUses
  /** The host of requests that are only a path. */
  readonly host: string
  /** @param now Milliseconds since the epoch. */
  run(facts: RequestFacts, now: number, surroundings?: TrialSurroundings): Promise<TrialRun>
  /**
   * Whether the filter of a rule (`rules.<id>`) matches, whatever its mode, its percentage and other rules say.
   * `undefined` when there is no such rule, or when it cannot be evaluated.
   */
  matches(rule: string, facts: RequestFacts, now: number): boolean | undefined
  /** The filter of a rule or limit (`limits.<id>`) part by part; `undefined` when it has none. */
  explain(rule: string, facts: RequestFacts, now: number): ExpressionPart | undefined
}

/** Of all counters together: a trial has one client. */
const COUNTED_KEYS = 1024
/** Nothing here needs to be secret, and the same in all trials makes them give the same. */
const SECRET = new Uint8Array(16)

/** As the edge ends it: see `handleRequest`. */
function findTerminal({ terminal }: Outcome, { target }: RequestFacts): Decision | undefined {
  return endsAtOwnEndpoint(target.path, terminal) ? OWN_ENDPOINT : terminal
}

interface Finished {
  readonly run: TrialRun
  /** What answered, when it was not the gateway that refused. */
  readonly answered?: Answered
}

function finishRun(
  outcome: Outcome,
  facts: RequestFacts,
  events: readonly TraceEvent[],
  secrets: SecretUses,
  response: ResponseFacts,
): Finished {
  const terminal = findTerminal(outcome, facts)
  const isRoutes = terminal?.stage === 'route' && terminal.action !== 'block' && terminal !== OWN_ENDPOINT
  const own = isRoutes && outcome.route ? answerRoute(outcome.route.model, facts, '') : undefined
  const answer = own ? { status: own.status, headers: new Headers(own.headers) } : response
  const isAnswered = terminal === undefined || isRoutes
  const transformed = isAnswered ? outcome.transformResponse?.(answer) : undefined
  const location = terminal?.location ?? own?.headers.location
  const run = {
    outcome,
    events,
    ...(terminal ? { terminal } : {}),
    ...(location === undefined
      ? {}
      : { location, shownLocation: secrets.maskLocation(terminal?.rule ?? '', location) }),
    ...(transformed ? { response: transformed } : {}),
  }
  return isAnswered ? { run, answered: { response: answer, fromOrigin: !isRoutes } } : { run }
}

/** The same policy with signals that weigh nothing. */
function withoutWeights({ model, ...bundle }: Bundle): Bundle {
  if (model.bots === undefined) return { ...bundle, model }
  const signals = Object.fromEntries(Object.keys(model.bots.signals).map((id) => [id, 0]))
  return { ...bundle, model: { ...model, bots: { ...model.bots, signals } } }
}

/** `true` stands for another expression inside, which would explain nothing. */
const EVERY: ExpressionPart = { text: 'true', result: true, parts: [] }

export function openTrial(loaded: LoadedPolicy): Trial {
  const bundle = openBundle(loaded.bundle.buffer)
  const { model } = bundle
  const limiterOptions = exactLimiter({ secret: SECRET, keys: COUNTED_KEYS })
  const link = (linked: Bundle): Stages =>
    linkPolicy(linked, { limiter: limiterOptions(), bans: createBanTable() })
  const stages = link(bundle)
  let unjudging: Stages | undefined
  const secrets = findSecretUses(loaded)
  const limits = model.limits.map(
    (limit): LimitModel => ({ ...limit, mode: capMode(limit.mode, model.settings.stages.limits) }),
  )
  const environment = createRuleEnvironment(
    openLists(model.lists, (part) => bundle.prefixSet(part)),
    longestValue(model.hygiene),
  )
  const program = compileProgram(
    environment,
    model.rules.map(({ filter }) => filter),
  )
  const places = new Map(model.rules.map(({ id }, index) => [`rules.${id}`, index]))
  const filters = new Map(
    loaded.expressions.flatMap((each) => (each.role === 'filter' ? [[each.rule, each]] : [])),
  )
  return {
    bundle,
    stages,
    secrets,
    host: findFirstHost(model),
    async run(facts, now, { body, response = PLAIN_RESPONSE, repeat = 1, unjudged = false } = {}) {
      if (unjudged) unjudging ??= link(withoutWeights(bundle))
      const fresh = {
        ...(unjudged ? (unjudging ?? stages) : stages),
        limiter: createLimiter(limits, limiterOptions()),
      }
      const runOnce = async (): Promise<TrialRun> => {
        const events: TraceEvent[] = []
        const context: DecideContext = {
          drawSeed: () => SEED,
          trace: (event) => events.push(event),
          readBody: () => Promise.resolve(body),
        }
        const outcome = await decide(facts, fresh, now, context)
        const { run, answered } = finishRun(outcome, facts, events, secrets, response)
        outcome.limits?.settle?.(answered, now)
        return run
      }
      for (let sent = 1; sent < repeat; sent++) await runOnce()
      return runOnce()
    },
    matches(rule, facts, now) {
      const place = places.get(rule)
      const found = place === undefined ? undefined : model.rules[place]
      if (place === undefined || found === undefined) return undefined
      const frame = program.start(toRuleFacts(facts, now, found.phase, stages))
      const matches = program.filter(place)(frame)
      return frame.faults === 0 ? matches : undefined
    },
    explain(rule, facts, now) {
      const found = filters.get(rule)
      if (found === undefined || !isLogical(found.node)) return undefined
      if (found.text.trim() === 'true') return EVERY
      return maskExplanation(
        explainFilter(found.node, found.text, environment, toRuleFacts(facts, now, found.phase, stages)),
      )
    },
  }
}
