/**
 * Who sent this, is that true, and how sure are we that it is a person: known agents get what their class gets,
 * who pretends is challenged, who is in doubt is asked as little as the doubt allows.
 *
 * Nothing is looked at before somebody asks: a rule that names a field of it, or the stage itself after the limits.
 * @module
 */
import type { BotsModel, ChallengeStep } from '../../bundle/bots-model.ts'
import { capMode, type Decision, type Mode, NOTHING, type StageResult } from '../../http/decision.ts'
import type { RequestFacts } from '../../http/facts.ts'
import type { Assessment } from './assessment.ts'
import { STEP_LEVELS, type StepCause, stepDecision } from './step-decision.ts'
import type { Identified } from './verification.ts'

/** One request's way through the stage. */
export interface BotsRun {
  /** A signature is being verified: wait for it before you ask anything else. Never rejects. */
  readonly pending: Promise<void> | undefined
  /** What is known of the client; made at the first call. */
  assess(): Assessment
  /** The same for a challenge that something else asks for; nothing while the stage is not enforced. */
  assessForChallenge(): void
  /** The assessment if anybody has asked for it. */
  readonly assessed: Assessment | undefined
  /** What the stage makes of it. */
  check(): StageResult
}

export interface BotsStage {
  /** Whether the stage looks at requests at all. */
  readonly isOff: boolean
  /** Whether what it finds may be noticed by anybody. */
  readonly isEnforced: boolean
  /** @param now Milliseconds since the epoch. @param keepAlive Keeps look-ups alive that go on behind the answer. */
  begin(facts: RequestFacts, now: number, keepAlive: (work: Promise<unknown>) => void): BotsRun
}

/** What the stage is made of; each part is a function of facts and policy. */
export interface BotsParts {
  /** Whether a signature has to be verified before `identify` can answer at once. */
  readonly claimsSignature: (facts: RequestFacts) => boolean
  readonly identify: (
    facts: RequestFacts,
    now: number,
    keepAlive: (work: Promise<unknown>) => void,
  ) => Identified | Promise<Identified>
  readonly score: (
    facts: RequestFacts,
    identified: Identified,
    now: number,
  ) => Pick<Assessment, 'score' | 'signals' | 'band'>
  /** What the policy of crawlers makes of an agent or of a client that says it is automated. */
  readonly crawlers: (assessment: Assessment, facts: RequestFacts) => Decision | undefined
  readonly maze: (facts: RequestFacts) => Decision | undefined
  readonly isCleared: (facts: RequestFacts, now: number, level: 1 | 2 | 3) => boolean
  /** What is never asked for a challenge: it could not solve one, or has to be readable by everybody. */
  readonly isUnchallengeable: (facts: RequestFacts) => boolean
}

const OWN_PREFIX = '/.sallyport/'
const ROBOTS = '/robots.txt'
/** A score made of fewer signals never denies. */
const SIGNALS_TO_DENY = 2

export function createBotsStage(model: BotsModel, stageMode: Mode, parts: BotsParts): BotsStage {
  const mode = capMode(model.mode, stageMode)
  const steps: ReadonlyMap<string, ChallengeStep> = new Map(model.bands.map(({ name, step }) => [name, step]))
  const cause = (rule: string, reason: string, fix: string): StepCause => ({
    rule,
    reason,
    fix,
    mode: mode === 'enforce' ? 'enforce' : 'log',
    status: model.challenge.status,
  })
  const spoofed = stepDecision(model.verification.spoofed, cause('bots.spoofed', SPOOFED, FIX_SPOOFED))
  const pending = stepDecision(model.verification.pending, cause('bots.pending', PENDING, FIX_PENDING))
  const scored = new Map(
    [...steps].map(([band, step]) => [band, stepDecision(step, cause('bots.score', SCORED, FIX_SCORED))]),
  )

  function ofScore({ score, signals, band }: Assessment): Decision | undefined {
    if (score === 0) return undefined
    const decision = scored.get(band)
    if (decision?.action !== 'block' || signals.length >= SIGNALS_TO_DENY) return decision
    return stepDecision('interactive', cause('bots.score', SCORED, FIX_SCORED))
  }

  /** The strongest thing that is said of a request; a challenge that is solved or senseless is nothing. */
  function judge(facts: RequestFacts, assessment: Assessment, now: number): Decision | undefined {
    const { verdict } = assessment
    const crawler = parts.crawlers(assessment, facts)
    if (crawler !== undefined && crawler.action !== 'challenge') return crawler
    // Of equals the first is named: that a name is borrowed says more than what its owner would be asked.
    const asked = [
      verdict?.kind === 'spoofed' ? spoofed : verdict?.kind === 'pending' ? pending : undefined,
      crawler,
      // Who is known has proved it by other means than its header fields.
      verdict?.kind === 'verified' ? undefined : ofScore(assessment),
    ]
    const strongest = asked.reduce(stronger, undefined)
    if (strongest?.action !== 'challenge') return strongest
    if (parts.isUnchallengeable(facts)) return undefined
    return parts.isCleared(facts, now, strongest.level ?? STEP_LEVELS.wait) ? undefined : strongest
  }

  function toResult(decision: Decision | undefined): StageResult {
    if (decision === undefined) return NOTHING
    if (mode === 'enforce') return { terminal: decision, logged: NOTHING.logged }
    return { logged: [{ ...decision, mode: 'log' }] }
  }

  return {
    isOff: mode === 'off',
    isEnforced: mode === 'enforce',
    begin: (facts, now, keepAlive) =>
      new Run(parts, { facts, now, keepAlive, isEnforced: mode === 'enforce' }, (assessment) => {
        if (mode === 'off') return NOTHING
        const maze = parts.maze(facts)
        if (maze !== undefined) return { terminal: maze, logged: NOTHING.logged }
        const { path } = facts.target
        if (path.startsWith(OWN_PREFIX) || path === ROBOTS) return NOTHING
        return toResult(judge(facts, assessment(), now))
      }),
  }
}

interface Moment {
  readonly facts: RequestFacts
  readonly now: number
  readonly keepAlive: (work: Promise<unknown>) => void
  readonly isEnforced: boolean
}

class Run implements BotsRun {
  readonly pending: Promise<void> | undefined
  readonly #parts: BotsParts
  readonly #moment: Moment
  readonly #judge: (assessment: () => Assessment) => StageResult
  #identified: Identified | undefined
  assessed: Assessment | undefined

  constructor(parts: BotsParts, moment: Moment, judge: (assessment: () => Assessment) => StageResult) {
    this.#parts = parts
    this.#moment = moment
    this.#judge = judge
    const { facts } = moment
    // Only a signature takes time; everything else is made when it is asked for.
    if (!parts.claimsSignature(facts)) return
    const identified = parts.identify(facts, moment.now, moment.keepAlive)
    if (!(identified instanceof Promise)) this.#identified = identified
    else
      this.pending = identified.then((known) => {
        this.#identified = known
      })
  }

  assess(): Assessment {
    if (this.assessed !== undefined) return this.assessed
    const { facts, now, keepAlive } = this.#moment
    const known = this.#identified ?? this.#parts.identify(facts, now, keepAlive)
    if (known instanceof Promise) throw new TypeError('a signature is verified before it is asked for')
    this.assessed = { ...known, ...this.#parts.score(facts, known, now) }
    return this.assessed
  }

  assessForChallenge(): void {
    const isKnown = this.pending === undefined || this.#identified !== undefined
    if (this.#moment.isEnforced && isKnown) this.assess()
  }

  check(): StageResult {
    return this.#judge(() => this.assess())
  }
}

/** The one that asks for more; the first of equals. */
function stronger(a: Decision | undefined, b: Decision | undefined): Decision | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return strength(b) > strength(a) ? b : a
}

function strength({ action, level }: Decision): number {
  return action === 'block' ? 4 : (level ?? 1)
}

const SPOOFED = 'The client names a known crawler and is not that crawler.'
const FIX_SPOOFED =
  'See the verdict with `sallyport explain`; set verification.spoofed in rules/bots.yaml to none to let such clients pass.'
const PENDING = 'The client names a known crawler, and whether that is true is being looked up.'
const FIX_PENDING = 'Set verification.pending in rules/bots.yaml to none to let such clients pass meanwhile.'
const SCORED = 'What the client sends contradicts itself, as it does when a program pretends to be a browser.'
const FIX_SCORED =
  'See the weights with `sallyport explain`; lower them under `signals` or raise `bands` in rules/bots.yaml.'
