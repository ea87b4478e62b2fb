/**
 * Checks a policy folder and reports.
 * @module
 */
import { analyzePolicy } from '../../policy/analysis/analyze-policy.ts'
import type { CostBudget } from '../../policy/analysis/policy-cost.ts'
import { loadPolicy } from '../../policy/load-policy.ts'
import type { PolicyFiles } from '../../policy/problem.ts'
import { DONE, PROBLEM, USAGE } from '../exit-codes.ts'
import { ReadPolicyError, readPolicyFiles } from '../read-policy.ts'
import { type CheckedProblem, type CheckReport, renderJson, renderText } from './render-check.ts'

/** As commander hands them over. */
export interface RawCheckFlags {
  readonly policy: string
  readonly ruleBudget: string
  readonly policyBudget: string
  readonly cost?: boolean
  readonly strict?: boolean
  readonly json?: boolean
}

/** One or more lines each, without the last line break. */
export interface CheckOutput {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

const MAX_BUDGET = 1_000_000_000

function readBudget({ ruleBudget, policyBudget }: RawCheckFlags): CostBudget | string {
  const values: number[] = []
  for (const [flag, text] of [
    ['--rule-budget', ruleBudget],
    ['--policy-budget', policyBudget],
  ] as const) {
    const value = /^[0-9]{1,10}$/.test(text) ? Number(text) : 0
    if (value < 1 || value > MAX_BUDGET)
      return `${flag} must be a whole number from 1 to ${MAX_BUDGET}, not ${text}.`
    values.push(value)
  }
  const [rule = 0, policy = 0] = values
  return { rule, policy }
}

async function readFiles(folder: string, { err }: CheckOutput): Promise<PolicyFiles | undefined> {
  try {
    return await readPolicyFiles(folder)
  } catch (error) {
    if (!(error instanceof ReadPolicyError)) throw error
    err(error.message)
    return undefined
  }
}

/** What the compiler says, then, when it compiles, what analysis says. */
async function checkFiles(files: PolicyFiles, budget: CostBudget): Promise<CheckReport> {
  const loaded = await loadPolicy(files)
  const compiled = (severity: 'error' | 'warning') => (problem: CheckedProblem['problem']) =>
    ({ severity, code: 'policy', rule: '', problem }) satisfies CheckedProblem
  if (!loaded.ok) return { problems: loaded.problems.map(compiled('error')) }
  const { findings, cost, complete } = analyzePolicy(files, loaded, budget)
  const { version, rules, limits } = loaded.model
  return {
    problems: [...loaded.warnings.map(compiled('warning')), ...findings],
    policy: { version, rules: rules.length, limits: limits.length, cost, complete },
  }
}

/** The command; gives the exit code. */
export async function executeCheck(flags: RawCheckFlags, output: CheckOutput): Promise<number> {
  const budget = readBudget(flags)
  if (typeof budget === 'string') {
    output.err(budget)
    return USAGE
  }
  const files = await readFiles(flags.policy, output)
  if (!files) return PROBLEM
  const report = await checkFiles(files, budget)
  const failed = report.problems.some(
    ({ severity }) => severity === 'error' || (severity === 'warning' && flags.strict === true),
  )
  if (flags.json === true) output.out(renderJson(report, !failed))
  else output.out(renderText(report, files, { folder: flags.policy, cost: flags.cost === true }))
  return failed ? PROBLEM : DONE
}
