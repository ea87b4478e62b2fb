/**
 * `tests/*.yaml`: requests, and what the whole policy has to make of them.
 * @module
 */
import { z } from 'zod'
import { AGENT_CLASSES } from '../bundle/agent-classes.ts'
import { ANOMALY_RULES } from '../http/anomaly-rules.ts'
import type { Stage } from '../http/decision.ts'
import { BODY_TOO_LARGE, METHOD, SIZE_RULES, STRUCTURE_RULES, UNDERSCORE } from '../http/hygiene-rules.ts'
import { listOf, strict } from './fields.ts'
import { type Path, type Problem, quoteText } from './problem.ts'
import { headersField, requestField } from './request-field.ts'
import type { Section } from './section.ts'
import { suggestFix } from './suggest.ts'
import type {
  Expectation,
  ExpectedAction,
  ExpectedBot,
  PolicyTest,
  RequestExample,
  ResponseExample,
} from './test-case.ts'

export const TESTS_FOLDER = 'tests/'

/** Requests of one test: a limit that takes more is tried with a smaller one. */
const MAX_REPEAT = 10_000

interface OutcomeInput {
  action?: ExpectedAction | undefined
  rule?: string | undefined
  stage?: Stage | undefined
  status?: number | undefined
  location?: string | undefined
  logged?: string[] | undefined
  request_headers?: Record<string, string | null> | undefined
  bot?: ExpectedBot | undefined
}

interface TestInput {
  name: string
  request: RequestExample
  repeat: number
  response?: ResponseExample | undefined
  expect: OutcomeInput
}

export interface TestsInput {
  tests: TestInput[]
}

const actionField = z.enum(['pass', 'block', 'challenge', 'redirect', 'respond'])

const botField: z.ZodType<ExpectedBot> = strict({
  declared: z.boolean().exactOptional(),
  agent: z.string().exactOptional(),
  class: z.enum(AGENT_CLASSES).exactOptional(),
  verdict: z.enum(['verified', 'spoofed', 'pending', 'unverifiable']).exactOptional(),
  band: z.string().exactOptional(),
})

const outcomeField: z.ZodType<OutcomeInput> = z.union(
  [
    actionField.transform((action): OutcomeInput => ({ action })),
    strict({
      action: actionField.optional(),
      rule: z.string().optional(),
      stage: z.enum(['hygiene', 'access', 'dos', 'rules', 'limits', 'bots', 'route']).optional(),
      status: z.int().min(100).max(599).optional(),
      location: z.string().max(2048).optional(),
      logged: listOf(z.string()).optional(),
      request_headers: z
        .record(
          z.string(),
          z.union([z.string(), z.null()], { error: 'must be a text, or null for "not there"' }),
        )
        .optional(),
      bot: botField.optional(),
    }),
  ],
  { error: 'must be pass, block, challenge, redirect or respond, or a map of what has to be so' },
)

export const testsSchema: z.ZodType<TestsInput> = strict({
  tests: listOf(
    strict({
      name: z.string().min(1).max(200),
      request: requestField,
      repeat: z.int().min(1).max(MAX_REPEAT).default(1),
      response: strict({
        status: z.int().min(200).max(599).default(200),
        headers: headersField.prefault({}),
      }).optional(),
      expect: outcomeField,
    }),
  ).prefault([]),
})

const HYGIENE_IDS: readonly string[] = [
  ...STRUCTURE_RULES,
  ...ANOMALY_RULES,
  ...SIZE_RULES,
  BODY_TOO_LARGE,
  METHOD,
  UNDERSCORE,
].map(({ id }) => `hygiene.${id}`)

/** Rules that no file of the policy names. */
const OWN_RULES: readonly string[] = [...HYGIENE_IDS, 'route.unknown-host', 'route.unknown-path']

/** Starts of rules that only act at an edge. */
const UNTRIED: readonly string[] = ['dos.', 'body.', 'forward.']

/** The rules that may have been meant: those of the same stage, or of the policy's own files. */
function nearRules(rule: string, known: readonly string[]): readonly string[] {
  const stage = rule.slice(0, rule.indexOf('.') + 1)
  const same = known.filter((id) => id.startsWith(stage))
  return stage !== '' && same.length > 0 ? same : known.filter((id) => !id.startsWith('hygiene.'))
}

/** One test while it is checked. */
interface TestContext {
  readonly section: Section<TestsInput>
  /** Of what is expected. */
  readonly path: Path
  readonly known: readonly string[]
  readonly problems: Problem[]
}

function checkRule({ section, path, known, problems }: TestContext, place: Path, rule: string): void {
  if (known.includes(rule)) return
  const add = (message: string, fix: string): unknown =>
    problems.push(section.at([...path, ...place], message, fix))
  if (UNTRIED.some((stage) => rule.startsWith(stage))) {
    const fix = 'Expect a rule of hygiene, access, rules, limits or routes.'
    add(`No test meets ${quoteText(rule)}: tests have no bans, no attack and no origin`, fix)
  } else add(`There is no rule ${quoteText(rule)}`, suggestFix(rule, nearRules(rule, known)))
}

/** What cannot be said of an action, because only others have it. */
const FOREIGN: Readonly<Record<ExpectedAction, readonly (keyof OutcomeInput)[]>> = {
  pass: ['rule', 'stage', 'status', 'location'],
  block: ['location', 'request_headers'],
  challenge: ['location', 'request_headers'],
  redirect: ['request_headers'],
  respond: ['location', 'request_headers'],
}

function checkOutcome(context: TestContext, expect: OutcomeInput): void {
  const { section, path, problems } = context
  if (expect.rule !== undefined) checkRule(context, ['rule'], expect.rule)
  for (const [i, rule] of (expect.logged ?? []).entries()) checkRule(context, ['logged', i], rule)
  if (Object.values(expect).every((value) => value === undefined))
    problems.push(section.at(path, 'Nothing is expected', 'Write pass or block, or {rule: access.admin}.'))
  const key = expect.action && FOREIGN[expect.action].find((name) => expect[name] !== undefined)
  if (key === undefined) return
  const message = `A test that expects ${expect.action} cannot expect a ${key.replace('_', ' ')}`
  problems.push(section.at([...path, key], message, 'Remove it, or expect another action.', 'key'))
}

/** Leaves out what was not given, and brings header names to lower case. */
function toExpectation({ request_headers, ...given }: OutcomeInput): Expectation {
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const headers = request_headers && Object.entries(request_headers)
  return {
    kind: 'outcome',
    ...known,
    ...(headers && {
      // Who gets no request gets no fields.
      action: 'pass' as const,
      request_headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    }),
  }
}

/** The tests of all files. `rules` are the ids that the policy can give a decision, as `access.admin`. */
export function compileTests(
  sections: readonly Section<TestsInput>[],
  rules: readonly string[],
  problems: Problem[],
): readonly PolicyTest[] {
  const known = [...new Set([...rules, ...OWN_RULES])]
  return sections.flatMap((section) =>
    section.value.tests.map(({ name, request, repeat, response, expect }, i): PolicyTest => {
      const { file, line } = section.at(['tests', i], '', '')
      checkOutcome({ section, path: ['tests', i, 'expect'], known, problems }, expect)
      return {
        name,
        file,
        line,
        request,
        ...(repeat === 1 ? {} : { repeat }),
        ...(response ? { response } : {}),
        expect: toExpectation(expect),
      }
    }),
  )
}
