/**
 * Packs a checked policy and its address sets into one buffer.
 * @module
 */
import { encodeContainer } from './container.ts'
import type { PolicyModel } from './model.ts'

/** Name of the part that holds the model as JSON. */
export const POLICY_PART = 'policy.json'

/** Name of the part that holds a guard's address set. */
export function prefixSetPart(guardId: string): string {
  return `cidr/${guardId}`
}

/** `sets` maps part names to the output of `buildPrefixSet`. The same input always gives the same bytes. */
export function encodeBundle(
  model: PolicyModel,
  sets: ReadonlyMap<string, ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const policy = { name: POLICY_PART, bytes: new TextEncoder().encode(JSON.stringify(model)) }
  const names = [...sets.keys()].sort()
  const parts = names.map((name) => ({ name, bytes: new Uint8Array(sets.get(name) ?? new ArrayBuffer(0)) }))
  return encodeContainer([policy, ...parts])
}
