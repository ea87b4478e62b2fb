/**
 * Runs what a policy says of itself through the stages of the edge.
 * @module
 */
import type { RequestFacts } from '../../http/facts.ts'
import type { PolicyTest } from '../../policy/test-case.ts'
import { toExampleBody, toExampleFacts } from '../explain/example-facts.ts'
import { buildOriginRequest } from '../explain/origin-request.ts'
import { openTrial, type Trial, type TrialRun, type TrialSurroundings } from '../explain/trial.ts'
import type { LoadedPolicy } from '../load-folder.ts'
import { checkOutcome, describeOutcome, type OutcomeExpectation } from './check-outcome.ts'
import type { TestReport, TestResult } from './test-report.ts'

export interface RunOptions {
  /** Of all requests, in milliseconds since the epoch. */
  readonly now: number
  /** Runs only tests with this in their name, file or rule, in any case. */
  readonly filter?: string
}

/** One test while it runs. */
interface Attempt {
  readonly trial: Trial
  readonly test: PolicyTest
  readonly facts: RequestFacts
  readonly now: number
  readonly run: TrialRun
}

type MatchExpectation = Extract<PolicyTest['expect'], { readonly kind: 'match' }>

/** What sets an example apart from others of the same URL. */
function describeClient({ ip, country, asn, colo, tls, http, headers }: PolicyTest['request']): string {
  const known = Object.entries({ ip, country, asn, colo, tls, http }).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} ${value}`],
  )
  const names = headers.map(([name]) => name.toLowerCase())
  const all = names.length === 0 ? known : [...known, `headers ${names.join(', ')}`]
  return all.length === 0 ? '' : ` (${all.join(', ')})`
}

/** What the report says of every test, whatever it expects. */
function describeAttempt({
  test,
  facts,
  run,
}: Attempt): Pick<TestResult, 'name' | 'file' | 'line' | 'request' | 'got'> {
  const { name, file, line, request } = test
  const shown = request.url.startsWith('/')
    ? `${facts.scheme}://${facts.host.authority}${request.url}`
    : request.url
  const client = describeClient(request)
  return {
    // An example is named after its URL alone, and rules have several of one URL.
    name: test.expect.kind === 'match' ? name + client : name,
    file,
    line,
    request: `${request.method} ${shown}${client}`,
    got: describeOutcome(run),
  }
}

function explainDecision({ terminal }: TrialRun): Pick<TestResult, 'reason' | 'fix'> {
  if (terminal === undefined) return {}
  return { reason: terminal.reason, ...(terminal.fix === undefined ? {} : { fix: terminal.fix }) }
}

function explainRule({ trial, facts, now }: Attempt, rule: string): Pick<TestResult, 'expression'> {
  const parts = trial.explain(rule, facts, now)
  return parts === undefined ? {} : { expression: { rule, parts } }
}

/** What the example does not tell: that the rule never gets to see such a request. */
function noteOfRule({ trial, run }: Attempt, { rule }: MatchExpectation): string | undefined {
  const id = rule.slice(rule.indexOf('.') + 1)
  const model = trial.bundle.model.rules.find((each) => each.id === id)
  if (model?.mode === 'off' || trial.bundle.model.settings.stages.rules === 'off') return undefined
  const event = run.events.find((each) => each.kind === 'rule' && each.rule === id)
  if (event?.kind === 'rule')
    return event.result === 'skipped' ? 'an earlier rule skips this one for such a request' : undefined
  if (run.terminal === undefined) return undefined
  return `the rule does not get to see it: ${describeOutcome(run)} comes first`
}

function runMatch(attempt: Attempt, expect: MatchExpectation): TestResult {
  const { trial, facts, now } = attempt
  const words = (matches: boolean): string => (matches ? 'matches' : 'does not match')
  const matches = trial.matches(expect.rule, facts, now)
  const passed = matches === expect.matches
  const note = expect.matches && passed ? noteOfRule(attempt, expect) : undefined
  const got = matches === undefined ? 'cannot be evaluated' : words(matches)
  return {
    ...describeAttempt(attempt),
    passed,
    mismatches: passed ? [] : [{ what: expect.rule, expected: words(expect.matches), got }],
    ...(note === undefined ? {} : { note }),
    ...(passed ? {} : explainRule(attempt, expect.rule)),
  }
}

/** Of a rule that decided, or else of the one that should have. */
function findRule({ terminal }: TrialRun, expect: OutcomeExpectation): string | undefined {
  return terminal?.stage === 'rules' ? terminal.rule : (expect.rule ?? expect.logged?.[0])
}

async function runOutcome(attempt: Attempt, expect: OutcomeExpectation): Promise<TestResult> {
  const { trial, facts, run } = attempt
  const sent = expect.request_headers && (await buildOriginRequest(run, facts, trial.bundle.model))
  const mismatches = checkOutcome(expect, run, sent, trial.secrets)
  const common = { ...describeAttempt(attempt), passed: mismatches.length === 0, mismatches }
  if (common.passed) return common
  const rule = findRule(run, expect)
  return { ...common, ...explainDecision(run), ...(rule === undefined ? {} : explainRule(attempt, rule)) }
}

/**
 * A test that gives no User-Agent is not about clients that send none: what is not said is not known, and does not
 * speak against anybody. Unless it expects something of the stage of bots, and so is about that.
 */
function isUnjudged({ request: { headers }, expect }: PolicyTest): boolean {
  if (expect.kind === 'match' || expect.bot !== undefined || expect.stage === 'bots') return false
  if ([expect.rule ?? '', ...(expect.logged ?? [])].some((rule) => rule.startsWith('bots.'))) return false
  return !headers.some(([name]) => name.toLowerCase() === 'user-agent')
}

function surroundingsOf(test: PolicyTest): TrialSurroundings {
  const { request, response, repeat = 1 } = test
  const body = toExampleBody(request)
  return {
    repeat,
    unjudged: isUnjudged(test),
    ...(body ? { body } : {}),
    ...(response
      ? {
          response: {
            status: response.status,
            headers: new Headers(response.headers.map(([...field]) => field)),
          },
        }
      : {}),
  }
}

async function runTest(trial: Trial, test: PolicyTest, now: number): Promise<TestResult> {
  const facts = toExampleFacts(test.request, trial.host)
  const attempt = { trial, test, facts, now, run: await trial.run(facts, now, surroundingsOf(test)) }
  const { expect } = test
  return expect.kind === 'match' ? runMatch(attempt, expect) : runOutcome(attempt, expect)
}

function isWanted({ name, file, expect }: PolicyTest, filter: string): boolean {
  return [name, file, expect.rule ?? ''].some((text) => text.toLowerCase().includes(filter))
}

/**
 * Runs the tests of a policy one by one, each with counters of its own. Nothing is sent anywhere.
 * What a test expects decides alone whether it passes; notes are for its author.
 */
export async function runPolicyTests(
  policy: LoadedPolicy,
  { now, filter = '' }: RunOptions,
): Promise<TestReport> {
  const trial = openTrial(policy)
  const wanted = policy.tests.filter((test) => isWanted(test, filter.toLowerCase()))
  const results: TestResult[] = []
  for (const test of wanted) results.push(await runTest(trial, test, now))
  const passed = results.filter((result) => result.passed).length
  return {
    policy: trial.stages.version,
    passed,
    failed: results.length - passed,
    leftOut: policy.tests.length - wanted.length,
    results,
  }
}
