/**
 * Runs planned regular expressions over binary strings, in time linear in the subject.
 *
 * Nothing is built before the first subject. A plan that no planner made (an expression that does not parse)
 * throws `TypeError` there; bundles are signed, so that is a defect and not an input.
 * @module
 */
import { parseRegex } from './parse.ts'
import type { RegexPlan } from './plan.ts'
import { compileProgram, countInstructions, MAX_INSTRUCTIONS } from './program.ts'
import { createReplace } from './replace-regex.ts'
import { createSearch } from './search.ts'

/** Whether the expression occurs anywhere in a subject. */
export function createRegexTest(plan: RegexPlan): (subject: string) => boolean {
  let test: ((subject: string) => boolean) | undefined
  return (subject) => {
    test ??= plan.engine === 'native' ? nativeTest(plan.pattern) : linearTest(plan)
    return test(subject)
  }
}

function nativeTest(pattern: string): (subject: string) => boolean {
  const expression = new RegExp(pattern)
  return (subject) => expression.test(subject)
}

/** The automaton is made for the first subject that has what the expression needs: most never get there. */
function linearTest(plan: RegexPlan & { engine: 'linear' }): (subject: string) => boolean {
  let search: ((subject: string) => boolean) | undefined
  const needs = plan.needs === undefined ? undefined : new RegExp(plan.needs)
  return (subject) => {
    if (needs?.test(subject) === false) return false
    search ??= buildSearch(plan.pattern ?? plan.source)
    return search(subject)
  }
}

function buildSearch(pattern: string): (subject: string) => boolean {
  const parsed = parseRegex(pattern)
  if (!parsed.ok) throw new TypeError(`The planned expression does not parse: ${parsed.message}.`)
  if (countInstructions(parsed.node) > MAX_INSTRUCTIONS)
    throw new TypeError('The planned expression is too large.')
  return createSearch(compileProgram(parsed.node))
}

/**
 * Replaces the first match in a subject, with references to groups in the replacement (`$1`, `${1}`,
 * `${name}`, `$$`); a subject without a match comes back as it is. Groups need the order of alternatives, so
 * this always runs `source` on our own machine. `undefined` for an expression that `checkRegexReplace`
 * (replace-regex.ts) finds fault with.
 */
export function createRegexReplace(
  plan: Pick<RegexPlan, 'source'>,
): (subject: string, replacement: string) => string | undefined {
  return createReplace(plan.source)
}
