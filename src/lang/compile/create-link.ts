/**
 * Ties the parts of the compiler together for one program, and starts its frames.
 * @module
 */
import type { LogicalNode, ValueNode } from '../ast.ts'
import { type Environment, type Frame, MAX_SUBJECT, PENDING, type Read } from '../program.ts'
import { compileArray, compileTest } from './compile-test.ts'
import { compileList, compileValue } from './compile-value.ts'
import type { Link } from './link.ts'
import { createNodeKeys } from './node-keys.ts'
import { findSharedNodes } from './shared-nodes.ts'

/** `nodes`: everything that will be compiled with this link. */
export function createLink<F>(
  environment: Environment<F>,
  nodes: readonly (LogicalNode | ValueNode)[],
): Link<F> {
  const keys = createNodeKeys()
  const { slots, fields, size } = findSharedNodes(keys, nodes)
  const fillers = fields.map((name): Read<F> | undefined => {
    const read = environment.fields.get(name)
    return read && ((frame) => read(frame.facts))
  })
  const link: Link<F> = {
    environment,
    maxSubject: environment.maxSubject ?? MAX_SUBJECT,
    keys,
    slots,
    fillers,
    blank: new Array<unknown>(size).fill(PENDING),
    compileValue: (node) => compileValue(link, node),
    compileList: (node) => compileList(link, node),
    compileTest: (node) => compileTest(link, node),
    compileArray: (node) => compileArray(link, node),
  }
  return link
}

export function startFrame<F>(link: Link<F>, facts: F): Frame<F> {
  return { facts, slots: link.blank.slice(), fillers: link.fillers, faults: 0, cuts: 0 }
}
