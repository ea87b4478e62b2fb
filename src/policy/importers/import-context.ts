/**
 * The import of one ruleset: names that are taken, expressions that are checked, what is left out.
 * @module
 */
import { requestScheme } from '../../http/rule-fields/request-scheme.ts'
import type { ArgumentNode } from '../../lang/ast.ts'
import type { FilterError } from '../../lang/filter-error.ts'
import { parseFilter } from '../../lang/parse-filter.ts'
import { parseValue } from '../../lang/parse-value.ts'
import type { Scheme } from '../../lang/scheme.ts'
import { equalTypes } from '../../lang/type.ts'
import { walkNodes } from '../../lang/walk-nodes.ts'
import type { ExpressionPhase } from '../expressions.ts'
import type { CloudflareRule } from './cloudflare-schema.ts'
import { oneLine } from './import-report.ts'

/** What all rules of an import share. */
export interface ImportContext {
  /** Ids that are taken. */
  readonly ids: Set<string>
  /** Our ids by those of Cloudflare. */
  readonly known: Map<string, string>
  /** Lists that the rule at hand names. */
  readonly named: Set<string>
  /** Fields of the rule at hand that Cloudflare's rules have on every plan and Workers have not. */
  readonly scarce: Set<string>
}

export function createImportContext(): ImportContext {
  return { ids: new Set(), known: new Map(), named: new Set(), scarce: new Set() }
}

/** How a person finds the rule at Cloudflare. */
export function subjectOf(rule: CloudflareRule, index: number): string {
  const name = oneLine(rule.description ?? '', 80)
  const id = rule.ref ?? rule.id
  return name === '' ? (id ?? `rule ${index + 1}`) : name
}

/** A free id made of the description, or else of the reference. */
export function chooseId(context: ImportContext, rule: CloudflareRule, index: number): string {
  const slug = subjectOf(rule, index)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 50)
    .replace(/-+$/, '')
  const base = slug === '' ? `rule-${index + 1}` : slug
  let id = base
  for (let i = 2; context.ids.has(id); i++) id = `${base}-${i}`
  context.ids.add(id)
  for (const known of [rule.id, rule.ref]) if (known !== undefined) context.known.set(known, id)
  return id
}

/** In Workers a part of `request.cf.botManagement`, and so of Bot Management; else what the stage of bots says. */
const SCARCE_FIELDS: ReadonlySet<string> = new Set(['cf.client.bot'])

/** The scheme of a phase, with any list that is named. */
function schemeOf(phase: ExpressionPhase): Scheme {
  const { lists: _, ...scheme } = requestScheme(new Map(), phase)
  return scheme
}

function explain({ message, fix, line, column }: FilterError): string {
  return `${line}:${column}: ${message}. ${fix}`
}

/** Lists that Cloudflare keeps itself are a reason to refuse; others are to be imported. */
function noteNames(node: ArgumentNode, { named: found, scarce }: ImportContext): string | undefined {
  const names: string[] = []
  walkNodes(node, (each) => {
    if (each.kind === 'field' && SCARCE_FIELDS.has(each.name)) scarce.add(each.name)
    if (each.kind === 'comparison' && each.operation.kind === 'in-list') names.push(each.operation.list)
  })
  const managed = names.find((name) => !/^[a-z0-9_]{1,50}$/.test(name))
  if (managed !== undefined) return `$${managed} is a list that only Cloudflare has.`
  for (const name of names) found.add(name)
  return undefined
}

/** Why an expression cannot be used here; `undefined` when it can. */
export function checkFilter(
  context: ImportContext,
  text: string,
  phase: ExpressionPhase,
): string | undefined {
  if (text.trim() === 'true') return undefined
  const result = parseFilter(text, schemeOf(phase))
  return result.ok ? noteNames(result.node, context) : `the expression, ${explain(result.error)}`
}

/** As `checkFilter`, for an expression that gives a text. */
export function checkTextExpression(
  context: ImportContext,
  text: string,
  phase: ExpressionPhase,
): string | undefined {
  const result = parseValue(text, schemeOf(phase))
  if (!result.ok) return `the expression ${oneLine(text)}, ${explain(result.error)}`
  if (!equalTypes(result.node.type, 'Bytes')) return `the expression ${oneLine(text)} does not give a text.`
  return noteNames(result.node, context)
}

/** As `checkFilter`, for an expression that gives one value of any type. */
export function checkScalar(
  context: ImportContext,
  text: string,
  phase: ExpressionPhase,
): string | undefined {
  const result = parseValue(text, schemeOf(phase))
  if (!result.ok) return `the expression ${oneLine(text)}, ${explain(result.error)}`
  if (typeof result.node.type !== 'string') return `the expression ${oneLine(text)} does not give one value.`
  return noteNames(result.node, context)
}
