/**
 * What `sallyport check` prints.
 * @module
 */
import type { Finding, Severity } from '../../policy/analysis/finding.ts'
import type { PolicyCost } from '../../policy/analysis/policy-cost.ts'
import type { PolicyFiles } from '../../policy/problem.ts'
import { printProblems } from '../print-problems.ts'

/** `policy` is what the compiler says: a value that is wrong, a name that is not there. */
export interface CheckedProblem extends Omit<Finding, 'code'> {
  readonly code: Finding['code'] | 'policy'
}

export interface CheckReport {
  readonly problems: readonly CheckedProblem[]
  /** Absent when the policy does not compile. */
  readonly policy?: {
    readonly version: string
    readonly rules: number
    readonly limits: number
    readonly cost: PolicyCost
    readonly complete: boolean
  }
}

const SEVERITIES: readonly Severity[] = ['note', 'warning', 'error']

/** The worst comes last, where people look first. */
function renderProblems({ problems }: CheckReport, files: PolicyFiles, folder: string): readonly string[] {
  return SEVERITIES.flatMap((label) => {
    const group = problems.filter(({ severity }) => severity === label).map(({ problem }) => problem)
    return group.length === 0 ? [] : [printProblems(group, files, { label, folder })]
  })
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}

function renderSummary({ problems, policy }: CheckReport, folder: string): string {
  const of = (label: Severity): number => problems.filter(({ severity }) => severity === label).length
  const found = [...SEVERITIES].reverse().map((label) => count(of(label), label))
  const size = policy
    ? `${count(policy.rules, 'rule')}, ${count(policy.limits, 'limit')}, cost ${policy.cost.total} of ${policy.cost.budget.policy}; `
    : ''
  const rest = policy?.complete === false ? '; too much to compare all rules with each other' : ''
  return `${folder} ${size}${found.join(', ')}${rest}`
}

/** Most expensive first. */
function renderCost({ rules, total, budget }: PolicyCost): string {
  const rows = [...rules].sort((a, b) => b.alone - a.alone)
  const width = Math.max(5, ...rows.map(({ rule }) => rule.length))
  const line = (name: string, alone: string, added: string): string =>
    `  ${name.padEnd(width)}  ${alone.padStart(7)}  ${added.padStart(7)}`
  return [
    'Cost in units of about 10 ns, when everything is evaluated. "adds": beyond what earlier rules have computed.',
    line('rule', 'alone', 'adds'),
    ...rows.map(({ rule, alone, added }) => line(rule, String(alone), String(added))),
    line('all', '', String(total)),
    `  Budget: ${budget.rule} for a rule, ${budget.policy} for all.`,
    '',
  ].join('\n')
}

export interface TextOptions {
  readonly folder: string
  /** With the table of costs. */
  readonly cost: boolean
}

export function renderText(report: CheckReport, files: PolicyFiles, { folder, cost }: TextOptions): string {
  const prefix = folder.endsWith('/') ? folder : `${folder}/`
  const table = cost && report.policy ? [renderCost(report.policy.cost)] : []
  return [...table, ...renderProblems(report, files, prefix), renderSummary(report, prefix)].join('\n')
}

/** See docs/check.md for the shape. */
export function renderJson({ problems, policy }: CheckReport, ok: boolean): string {
  const rows = problems.map(({ severity, code, rule, problem }) => ({ severity, code, rule, ...problem }))
  return JSON.stringify({ ok, problems: rows, ...policy }, null, 2)
}
