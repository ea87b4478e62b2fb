/**
 * Claims sorted by the value they are about.
 * @module
 */
import type { ArgumentNode, Operation, ValueNode } from '../../lang/ast.ts'
import { type Claim, keyOf } from './claim.ts'

/** A comparison, or a function call that is one by another name. */
export type Test =
  | Operation
  | { readonly kind: 'starts-with'; readonly value: string }
  | { readonly kind: 'ends-with'; readonly value: string }

export interface Constraint {
  readonly test: Test
  readonly holds: boolean
  readonly claim: Claim
}

/** One value and all that is claimed of it. */
export interface Subject {
  readonly key: string
  readonly node: ValueNode
  readonly constraints: readonly Constraint[]
}

const AFFIXES: Readonly<Record<string, 'starts-with' | 'ends-with' | 'contains'>> = {
  starts_with: 'starts-with',
  ends_with: 'ends-with',
  contains: 'contains',
}

function isValue(node: ArgumentNode | undefined): node is ValueNode {
  return node?.kind === 'field' || node?.kind === 'call' || node?.kind === 'index'
}

/** `starts_with(x, "a")` is about `x`. */
function readAffix(left: ValueNode): readonly [ValueNode, Test] | undefined {
  if (left.kind !== 'call' || left.mapped) return undefined
  const kind = AFFIXES[left.name]
  const [subject, part] = left.args
  if (kind === undefined || !isValue(subject) || part?.kind !== 'literal') return undefined
  return part.literal.kind === 'bytes' ? [subject, { kind, value: part.literal.value }] : undefined
}

/** Values with what is claimed of them. Claims about `any` and `all` are not among them. */
export function groupClaims(claims: readonly Claim[]): readonly Subject[] {
  const subjects = new Map<string, Subject & { readonly constraints: Constraint[] }>()
  for (const claim of claims) {
    const { atom, holds } = claim
    if (atom.kind !== 'comparison') continue
    const affix = atom.operation.kind === 'is-true' ? readAffix(atom.left) : undefined
    const [node, test] = affix ?? [atom.left, atom.operation]
    const key = keyOf(node)
    const subject = subjects.get(key) ?? { key, node, constraints: [] }
    subjects.set(key, subject)
    subject.constraints.push({ test, holds, claim })
  }
  return [...subjects.values()]
}
