/**
 * Runs the rules of a policy on one request.
 * @module
 */
import type { Phase } from '../../bundle/model.ts'
import { isInShare } from '../../bundle/rollout-share.ts'
import { type Decision, NOTHING, type StageResult } from '../../http/decision.ts'
import type { RequestFacts } from '../../http/facts.ts'
import type { HeaderEdit } from '../../http/header-edit.ts'
import { RESPONSE_PHASE } from '../../http/rule-fields/response-phase.ts'
import type { BodyFacts, ResponseFacts, RuleFacts } from '../../http/rule-fields/rule-facts.ts'
import { countingKey } from '../../net/address.ts'
import { levelOf } from '../challenge/level-of.ts'
import type { ChallengeLevel } from '../challenge/offer.ts'
import type { LimitExpressions } from '../limits/limit-check.ts'
import type { CompiledRule, CompiledRules } from './compile-rules.ts'
import { Evaluation, type EvaluationStats } from './evaluation.ts'
import { readLimitExpressions } from './limit-expressions.ts'
import { once } from './once.ts'
import { readRedirectTarget } from './redirect-target.ts'
import { rewriteHeaders } from './rewrite-headers.ts'
import type { RequestPhase, ResponseResult, RuleRun } from './rule-run.ts'
import { toRuleText } from './rule-text.ts'
import type { RuleResult, RuleTrace } from './rule-trace.ts'

export interface RunSurroundings {
  readonly compiled: CompiledRules
  /** Sums that the run adds to. */
  readonly stats: EvaluationStats & { unusable: number }
  readonly isCleared: (facts: RequestFacts, now: number, level: ChallengeLevel) => boolean
  readonly isUnchallengeable: (facts: RequestFacts) => boolean
}

export function startRun(surroundings: RunSurroundings, facts: RuleFacts, trace?: RuleTrace): RuleRun {
  return new Run(surroundings, facts, trace)
}

/** What became of a rule that matched, and whether its phase goes on. */
interface Carried {
  readonly result: RuleResult
  readonly terminal?: Decision
  readonly edits?: readonly HeaderEdit[]
}

const MATCH: Carried = { result: 'match' }
const NO_MATCH: Carried = { result: 'no-match' }
const UNUSABLE: Carried = { result: 'unusable' }

class Run implements RuleRun {
  readonly #surroundings: RunSurroundings
  #facts: RuleFacts
  readonly #trace: RuleTrace | undefined
  readonly #skippedPhases = new Set<string>()
  readonly #skippedRules = new Set<string>()
  #evaluation: Evaluation
  /** On the response that was looked at last: rules and limits share what they compute of it. */
  #answered: { readonly response: ResponseFacts; readonly evaluation: Evaluation } | undefined
  readonly limits: LimitExpressions
  edits: HeaderEdit[] = []
  matched: string[] = []

  constructor(surroundings: RunSurroundings, facts: RuleFacts, trace: RuleTrace | undefined) {
    this.#surroundings = surroundings
    // One seed for a request and its response, so that what is made of it can be told to belong together.
    this.#facts = facts.drawSeed ? { ...facts, drawSeed: once(facts.drawSeed) } : facts
    this.#trace = trace
    this.#evaluation = this.#start(this.#facts)
    this.limits = readLimitExpressions(surroundings.compiled.limits, (response) =>
      response === undefined ? this.#evaluation : this.#startOn(response),
    )
  }

  #start(facts: RuleFacts): Evaluation {
    const { compiled, stats } = this.#surroundings
    return new Evaluation(compiled.start(facts), stats)
  }

  #startOn(response: ResponseFacts): Evaluation {
    if (this.#answered?.response !== response)
      this.#answered = { response, evaluation: this.#start({ ...this.#facts, response }) }
    return this.#answered.evaluation
  }

  withBody(body: BodyFacts): void {
    this.#facts = { ...this.#facts, body }
    // What was computed without the content must not stay.
    this.#evaluation = this.#start(this.#facts)
    this.#answered = undefined
  }

  get skipsLimits(): boolean {
    return this.#skippedPhases.has('http_ratelimit')
  }

  get skipsBots(): boolean {
    return this.#skippedPhases.has('http_request_sbfm')
  }

  check(phase: RequestPhase): StageResult {
    return this.#runPhase(phase)
  }

  transformResponse(response: ResponseFacts): ResponseResult {
    this.#evaluation = this.#startOn(response)
    this.edits = []
    this.matched = []
    const { logged } = this.#runPhase(RESPONSE_PHASE)
    return { edits: this.edits, logged, matched: this.matched }
  }

  #runPhase(phase: Phase): StageResult {
    const rules = this.#surroundings.compiled.phases.get(phase)
    if (rules === undefined) return NOTHING
    let logged: Decision[] | undefined
    for (const rule of rules) {
      const { result, terminal, edits } = this.#consider(rule)
      this.#trace?.({
        kind: 'rule',
        phase,
        rule: rule.model.id,
        result,
        ...(result === 'match' ? { decision: terminal ?? rule.decision } : {}),
        ...(edits ? { edits } : {}),
      })
      if (terminal) return { terminal, logged: logged ?? NOTHING.logged }
      if (result !== 'match') continue
      if (rule.decision.mode === 'log') {
        logged ??= []
        logged.push(rule.decision)
      } else this.matched.push(rule.decision.rule)
    }
    return logged === undefined ? NOTHING : { logged }
  }

  #consider(rule: CompiledRule): Carried {
    const { id, phase, percentage } = rule.model
    if (this.#skippedPhases.has(phase) || this.#skippedRules.has(id)) return { result: 'skipped' }
    const matches = this.#evaluation.test(rule.matches)
    if (matches === undefined) return { result: 'fault' }
    if (!matches) return NO_MATCH
    if (percentage < 100 && !this.#isInShare(id, percentage)) return { result: 'outside-share' }
    return this.#carryOut(rule)
  }

  #isInShare(id: string, percentage: number): boolean {
    const { address } = this.#facts.request.client
    return isInShare(id, address === undefined ? '' : countingKey(address), percentage)
  }

  /** In log mode nothing is carried out, only what it would come to is seen. */
  #carryOut(rule: CompiledRule): Carried {
    const { decision, model } = rule
    const { action } = model
    switch (action.kind) {
      case 'block':
        return this.#end(decision)
      case 'redirect':
        return this.#redirect(rule, action)
      case 'rewrite':
        return decision.mode === 'enforce' ? this.#rewrite(rule, action) : MATCH
      case 'skip':
        if (decision.mode === 'enforce') this.#skip(model.phase, action)
        return MATCH
      case 'log':
        return MATCH
      default:
        return this.#challenge(decision)
    }
  }

  #end(decision: Decision): Carried {
    return decision.mode === 'enforce' ? { result: 'match', terminal: decision } : MATCH
  }

  #challenge(decision: Decision): Carried {
    const { request, now } = this.#facts
    const { isCleared, isUnchallengeable } = this.#surroundings
    if (isUnchallengeable(request)) return { result: 'preflight' }
    if (isCleared(request, now, levelOf(decision))) return { result: 'cleared' }
    return this.#end(decision)
  }

  #redirect(
    { decision, reads }: CompiledRule,
    action: Extract<CompiledRule['model']['action'], { kind: 'redirect' }>,
  ): Carried {
    const target =
      typeof action.target === 'string' ? action.target : toRuleText(this.#evaluation.values(reads)[0])
    const { request } = this.#facts
    const location =
      target === undefined ? undefined : readRedirectTarget(target, request, action.preserve_query)
    if (location === undefined) {
      this.#surroundings.stats.unusable++
      return UNUSABLE
    }
    return this.#end({ ...decision, location })
  }

  #rewrite(
    { model, reads }: CompiledRule,
    action: Extract<CompiledRule['model']['action'], { kind: 'rewrite' }>,
  ): Carried {
    const values = this.#evaluation.values(reads)
    const section = model.phase === RESPONSE_PHASE ? 'response' : 'request'
    const { edits, unusable } = rewriteHeaders(action.headers, values, section)
    this.edits.push(...edits)
    this.#surroundings.stats.unusable += unusable
    return { result: 'match', edits }
  }

  #skip(phase: Phase, action: Extract<CompiledRule['model']['action'], { kind: 'skip' }>): void {
    if (action.current) this.#skippedPhases.add(phase)
    for (const skipped of action.phases) this.#skippedPhases.add(skipped)
    for (const id of action.rules) this.#skippedRules.add(id)
  }
}
