import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isLogicalNode, isValueNode } from '../../src/lang/ast-shape.ts'
import { logical, value } from './compile/random-node.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Every place in the data, as a function that gives the data with something else there. */
function places(data: Json): readonly ((other: Json) => Json)[] {
  if (typeof data !== 'object' || data === null) return []
  const entries = Object.entries(data)
  return entries.flatMap(([key, child]) => {
    const put = (inner: Json): Json =>
      Array.isArray(data)
        ? data.map((item, i) => (String(i) === key ? inner : item))
        : { ...data, [key]: inner }
    return [put, ...places(child).map((place) => (other: Json) => put(place(other)))]
  })
}

const COMPARISON = {
  kind: 'comparison',
  left: { kind: 'field', name: 'a', type: 'Bool' },
  operation: { kind: 'is-true' },
}

function nest(depth: number): unknown {
  let node: unknown = COMPARISON
  for (let i = 0; i < depth; i++) node = { kind: 'not', item: node }
  return node
}

describe('the shape of a syntax tree', () => {
  test('is that of every tree of the checker, also after JSON', () => {
    fc.assert(
      fc.property(logical, value, (node, other) => {
        expect(isLogicalNode(JSON.parse(JSON.stringify(node)))).toBe(true)
        expect(isValueNode(JSON.parse(JSON.stringify(other)))).toBe(true)
        expect(isLogicalNode(other)).toBe(false)
        expect(isValueNode(node)).toBe(false)
      }),
    )
  })

  test('is lost when any part is replaced by null', () => {
    fc.assert(
      fc.property(logical, (node) => {
        for (const replace of places(JSON.parse(JSON.stringify(node)) as Json))
          expect(isLogicalNode(replace(null))).toBe(false)
      }),
    )
  })

  test('is lost when a kind or an operator is unknown', () => {
    expect(isLogicalNode(COMPARISON)).toBe(true)
    expect(isLogicalNode({ ...COMPARISON, operation: { kind: 'equals' } })).toBe(false)
    expect(isLogicalNode({ kind: 'combine', op: 'nand', items: [COMPARISON, COMPARISON] })).toBe(false)
    expect(isLogicalNode({ kind: 'combine', op: 'and', items: [COMPARISON] })).toBe(false)
    expect(isLogicalNode({ ...COMPARISON, left: { ...COMPARISON.left, type: 'Text' } })).toBe(false)
    expect(isLogicalNode({ ...COMPARISON, left: { ...COMPARISON.left, type: { array: 'Text' } } })).toBe(
      false,
    )
  })

  test('takes whole numbers as numbers or decimal strings', () => {
    const order = (literal: unknown): unknown => ({
      ...COMPARISON,
      operation: { kind: 'order', order: 'eq', literal },
    })
    expect(isLogicalNode(order({ kind: 'int', value: '9223372036854775807' }))).toBe(true)
    for (const bad of [1.5, 2 ** 60, Number.NaN, '1x', '', '1'.repeat(30), true])
      expect(isLogicalNode(order({ kind: 'int', value: bad }))).toBe(false)
  })

  test('has bounds in depth and size', () => {
    expect(isLogicalNode(nest(400))).toBe(true)
    expect(isLogicalNode(nest(600))).toBe(false)
    expect(isLogicalNode(nest(100_000))).toBe(false)
    const wide = (count: number): unknown => ({
      kind: 'combine',
      op: 'or',
      items: new Array(count).fill(COMPARISON),
    })
    expect(isLogicalNode(wide(8000))).toBe(true)
    expect(isLogicalNode(wide(9000))).toBe(false)
  })

  test('is not that of anything else', () => {
    fc.assert(
      fc.property(fc.anything(), (data) => {
        expect(isLogicalNode(data)).toBe(false)
        expect(isValueNode(data)).toBe(false)
      }),
    )
  })
})
