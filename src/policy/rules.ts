/**
 * Compiles the rules of all phases, with the requests that they must and must not match.
 * @module
 */
import type { Phase, RuleAction, RuleModel } from '../bundle/model.ts'
import type { ExpressionReader } from './expressions.ts'
import type { Path, Problem } from './problem.ts'
import { compileCustomAction, compileRedirect, type SkipTargets } from './rule-action.ts'
import { type RuleContext, reportAt } from './rule-context.ts'
import { compileRuleHeaders } from './rule-headers.ts'
import type { CustomInput, RedirectsInput, RuleInput, TransformsInput } from './rule-schema.ts'
import type { Section } from './section.ts'
import type { PolicyTest, RequestExample } from './test-case.ts'

export const REDIRECTS_FILE = 'redirects.yaml'
export const CUSTOM_FILE = 'custom.yaml'
export const TRANSFORMS_FILE = 'transforms.yaml'

export interface RuleSections {
  readonly redirects: Section<RedirectsInput>
  readonly custom: Section<CustomInput>
  readonly transforms: Section<TransformsInput>
  /** None of them is an empty one that stands in for a file that could not be read. */
  readonly complete: boolean
}

/** A rule as it is written, with its place in its file and its phase. */
interface Written {
  readonly section: Section<unknown>
  readonly path: Path
  readonly phase: Phase
  readonly rule: RuleInput
  compileAction(context: RuleContext): RuleAction | undefined
}

/** Ids in the order in which their rules run, around the custom rule at `index`. */
function skipTargets({ redirects, custom, transforms, complete }: RuleSections, index: number): SkipTargets {
  const rules = custom.value.rules
  const { request_headers, response_headers } = transforms.value
  const ids = (list: readonly RuleInput[]): readonly string[] => list.map(({ id }) => id)
  return {
    complete,
    earlier: [...ids(redirects.value.redirects), ...ids(rules.slice(0, index))],
    later: [...ids(rules.slice(index + 1)), ...ids(request_headers), ...ids(response_headers)],
  }
}

/** All rules in the order in which they run. */
function listRules(sections: RuleSections): readonly Written[] {
  const { redirects, custom, transforms } = sections
  const redirectRules = redirects.value.redirects.map((rule, i): Written => {
    const phase = 'http_request_dynamic_redirect'
    const compileAction: Written['compileAction'] = (context) => compileRedirect(context, rule)
    return { section: redirects, path: ['redirects', i], phase, rule, compileAction }
  })
  const customRules = custom.value.rules.map((rule, i): Written => {
    const phase = 'http_request_firewall_custom'
    const compileAction: Written['compileAction'] = (context) =>
      compileCustomAction(context, rule, skipTargets(sections, i))
    return { section: custom, path: ['rules', i], phase, rule, compileAction }
  })
  const transformRules = (key: keyof TransformsInput, phase: Phase): readonly Written[] =>
    transforms.value[key].map((rule, i): Written => {
      const compileAction: Written['compileAction'] = (context) => ({
        kind: 'rewrite',
        headers: compileRuleHeaders(context, key, rule.headers),
      })
      return { section: transforms, path: [key, i], phase, rule, compileAction }
    })
  return [
    ...redirectRules,
    ...customRules,
    ...transformRules('request_headers', 'http_request_late_transform'),
    ...transformRules('response_headers', 'http_response_headers_transform'),
  ]
}

function* examplesOf({ section, path, rule }: Written): Generator<PolicyTest> {
  const lists: readonly (readonly [key: 'match' | 'no_match', examples: readonly RequestExample[]])[] = [
    ['match', rule.examples.match],
    ['no_match', rule.examples.no_match],
  ]
  for (const [key, examples] of lists) {
    for (const [i, request] of examples.entries()) {
      const { file, line } = section.at([...path, 'examples', key, i], '', '')
      const matches = key === 'match'
      const name = `rules.${rule.id} ${matches ? 'matches' : 'does not match'} ${request.method} ${request.url}`
      yield { name, file, line, request, expect: { kind: 'match', rule: `rules.${rule.id}`, matches } }
    }
  }
}

function compileRule(
  written: Written,
  reader: ExpressionReader,
  owners: Map<string, string>,
  problems: Problem[],
): RuleModel | undefined {
  const { section, path, phase, rule } = written
  const { id, description, mode, percentage } = rule
  const context: RuleContext = { section, problems, reader, path, id, phase }
  const place = section.at([...path, 'id'], '', '')
  const first = owners.get(id)
  if (first === undefined) owners.set(id, `${place.file}:${place.line}`)
  else
    reportAt(
      context,
      ['id'],
      `The id ${id} is used twice; first at ${first}`,
      'Give one of the two another id.',
    )
  const expression = rule.expression.trim()
  const at = { section, path: [...path, 'expression'], rule: `rules.${id}`, phase }
  const filter = reader.filter(at, rule.expression)
  const action = written.compileAction(context)
  if (!filter || !action) return undefined
  return { id, description, phase, mode, percentage, filter, expression, action }
}

export interface CompiledRules {
  readonly models: readonly RuleModel[]
  readonly tests: readonly PolicyTest[]
}

/** Compiles all rules; what is wrong goes to `problems`, and the result then must not be used. */
export function compileRules(
  sections: RuleSections,
  reader: ExpressionReader,
  problems: Problem[],
): CompiledRules {
  const owners = new Map<string, string>()
  const written = listRules(sections)
  const models = written.flatMap((each) => compileRule(each, reader, owners, problems) ?? [])
  return { models, tests: written.flatMap((each) => [...examplesOf(each)]) }
}
