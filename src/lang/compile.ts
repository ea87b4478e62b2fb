/**
 * Compiles checked expressions to closures.
 *
 * No code is generated: workerd allows neither `eval` nor `new Function`. What makes closures fast enough is
 * that expressions of one program share: a field is read once per request, and a call, quantifier or slow
 * comparison that occurs in several places is computed once (see `compile/shared-nodes.ts`). Everything is
 * lazy: a filter is compiled when it is first run, a regular expression when it is first reached.
 * @module
 */
import type { LogicalNode, ValueNode } from './ast.ts'
import { createLink, startFrame } from './compile/create-link.ts'
import type { Environment, Frame, Program } from './program.ts'
import type { Value } from './value.ts'

/**
 * Runs what `compile` makes, which it makes once, on the first call. Whatever throws, compiling included,
 * gives `otherwise` and is counted.
 */
function runLazily<F, T>(compile: () => (frame: Frame<F>) => T, otherwise: T): (frame: Frame<F>) => T {
  let run: ((frame: Frame<F>) => T) | undefined
  const fail = (frame: Frame<F>): T => {
    frame.faults++
    return otherwise
  }
  const compileOnce = (): ((frame: Frame<F>) => T) => {
    try {
      return compile()
    } catch {
      return fail
    }
  }
  return (frame) => {
    run ??= compileOnce()
    try {
      return run(frame)
    } catch {
      return fail(frame)
    }
  }
}

/**
 * Links filters, and values such as the targets of redirects, to one environment. They must have been checked
 * against the types of its fields and functions.
 */
export function compileProgram<F>(
  environment: Environment<F>,
  filters: readonly LogicalNode[],
  values: readonly ValueNode[] = [],
): Program<F> {
  const link = createLink(environment, [...filters, ...values])
  const tests = filters.map((node) => runLazily<F, boolean>(() => link.compileTest(node), false))
  const reads = values.map((node) =>
    runLazily<F, Value | undefined>(() => link.compileValue(node).read, undefined),
  )
  return {
    start: (facts) => startFrame(link, facts),
    filter: (index) => tests[index] ?? (() => false),
    value: (index) => reads[index] ?? (() => undefined),
  }
}
