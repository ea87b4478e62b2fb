/**
 * Looks for rules that compile and still cannot be meant.
 * @module
 */
import type { PolicyResult } from '../load-policy.ts'
import type { PolicyFiles, Problem } from '../problem.ts'
import { createDomains } from './field-domains.ts'
import { findDead } from './find-dead.ts'
import { findInactive } from './find-inactive.ts'
import { findMissing } from './find-missing.ts'
import { findMissingNames } from './find-missing-names.ts'
import { findRegexPitfalls } from './find-regex.ts'
import { findShadowed } from './find-shadowed.ts'
import type { Finding } from './finding.ts'
import { readNetworkLists } from './network-lists.ts'
import { type CostBudget, findCosts, measurePolicy, type PolicyCost } from './policy-cost.ts'
import { viewRules } from './rule-view.ts'
import { createSolver } from './solver.ts'

type LoadedPolicy = Extract<PolicyResult, { readonly ok: true }>

export interface PolicyAnalysis {
  /** In order of file and line. */
  readonly findings: readonly Finding[]
  readonly cost: PolicyCost
  /** False when there were too many rules, or too intricate ones, to compare them all. */
  readonly complete: boolean
}

function compareProblems(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return a.line - b.line || a.column - b.column
}

/**
 * What analysis finds in a policy that was loaded from `files`. What is called dead or shadowed is proved to be;
 * not everything that is can be proved.
 */
export function analyzePolicy(
  files: PolicyFiles,
  { model, expressions }: Pick<LoadedPolicy, 'model' | 'expressions'>,
  budget?: CostBudget,
): PolicyAnalysis {
  const views = viewRules(files, model, expressions)
  const solver = createSolver(model, readNetworkLists(files, model.lists))
  const dead = findDead(views, solver)
  const cost = measurePolicy(views, budget)
  const findings = [
    ...dead.findings,
    ...findShadowed(views, dead, solver),
    ...findInactive(views),
    ...findMissing(views),
    ...findMissingNames(expressions, createDomains(model)),
    ...findRegexPitfalls(views),
    ...findCosts(views, cost),
  ]
  const derived = new Set(views.flatMap((view) => (view.derived ? [view.name] : [])))
  return {
    findings: findings
      .filter(({ rule }) => !derived.has(rule))
      .sort((a, b) => compareProblems(a.problem, b.problem)),
    cost,
    complete: !solver.exhausted,
  }
}
