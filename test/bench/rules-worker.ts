/**
 * The rules bench's side in workerd: `?what=rules&times=…` runs that many requests through 100 rules,
 * `?what=facts&times=…` makes their facts only; its caller holds the clock.
 */
import type { LogicalNode } from '../../src/lang/ast.ts'
import { compileProgram } from '../../src/lang/compile.ts'
import { createFacts, ENVIRONMENT } from './typical-rules.ts'

/** Put in by the bundler: the checked trees, as a policy has them. */
declare const RULES: readonly LogicalNode[]

const program = compileProgram(ENVIRONMENT, RULES)
const tests = RULES.map((_, i) => program.filter(i))

function runRequests(times: number, withRules: boolean): number {
  let matched = 0
  for (let i = 0; i < times; i++) {
    const frame = program.start(createFacts())
    if (withRules) for (const test of tests) if (test(frame)) matched++
  }
  return matched
}

export default {
  fetch(request: Request): Response {
    const { searchParams } = new URL(request.url)
    return Response.json(runRequests(Number(searchParams.get('times')), searchParams.get('what') === 'rules'))
  },
}
