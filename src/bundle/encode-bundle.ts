/**
 * A checked policy, its address sets and its other tables as bytes.
 * @module
 */
import { encodeContainer } from './container.ts'
import { toJsonBytes } from './json-bytes.ts'
import type { PolicyModel } from './model.ts'

/** Name of the part that holds the model as JSON. */
export const POLICY_PART = 'policy.json'

/** Name of the part that holds a guard's address set. */
export function prefixSetPart(guardId: string): string {
  return `cidr/${guardId}`
}

/** Name of the part that holds the agents that are known by name, and how they are recognised. */
export const AGENTS_PART = 'bots/agents'

/** Name of the part that holds the addresses of a list. */
export function listPart(listName: string): string {
  return `list/${listName}`
}

/**
 * The parts of a policy by name: the model first, then the others in order of their names. `sets` maps part
 * names to the output of `buildPrefixSet`, or of who else builds a part. The same input always gives the same bytes.
 */
export function bundleParts(
  model: PolicyModel,
  sets: ReadonlyMap<string, ArrayBuffer>,
): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  const parts = new Map([[POLICY_PART, toJsonBytes(model)]])
  for (const name of [...sets.keys()].sort())
    parts.set(name, new Uint8Array(sets.get(name) ?? new ArrayBuffer(0)))
  return parts
}

/** The parts in one buffer: what is baked into the Worker. */
export function encodeBundle(
  model: PolicyModel,
  sets: ReadonlyMap<string, ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  return encodeContainer([...bundleParts(model, sets)].map(([name, bytes]) => ({ name, bytes })))
}
