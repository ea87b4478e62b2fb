/**
 * Functions that may be called once in an expression, as Cloudflare has it for `regex_replace`.
 * @module
 */
import type { ArgumentNode } from '../ast.ts'
import type { Scheme } from '../scheme.ts'
import { walkNodes } from '../walk-nodes.ts'
import { LexFailure } from './lex-failure.ts'

/** Fails with `not-here` at the second call of such a function. */
export function checkOnce(node: ArgumentNode, scheme: Scheme): void {
  const called = new Set<string>()
  walkNodes(node, (inner) => {
    if (inner.kind !== 'call' || scheme.functions.get(inner.name)?.once !== true) return
    if (called.has(inner.name)) {
      throw new LexFailure(
        'not-here',
        inner.span ?? [0, 0],
        `${inner.name} is called twice`,
        `Call ${inner.name} once in an expression; split the rule into two if you need it twice.`,
      )
    }
    called.add(inner.name)
  })
}
