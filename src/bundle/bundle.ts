/**
 * The compiled policy as the stages use it.
 * @module
 */
import { openPrefixSet, type PrefixSet } from '../net/prefix-set.ts'
import { PrefixSetError } from '../net/prefix-set-error.ts'
import { BundleError } from './bundle-error.ts'
import { openContainer } from './container.ts'
import { POLICY_PART } from './encode-bundle.ts'
import type { PolicyModel } from './model.ts'
import { isPolicyModel } from './model-shape.ts'

/** The schema of `PolicyModel` that this reader knows. */
export const SCHEMA = 3

/** Where the bytes of a part lie; `offset` is a multiple of 4, and the buffer does not change any more. */
export interface PartBytes {
  readonly buffer: ArrayBuffer
  readonly offset: number
  readonly length: number
}

/** The parts of one policy by name, from wherever they came. */
export type PartMap = ReadonlyMap<string, PartBytes>

export interface Bundle {
  readonly model: PolicyModel
  /**
   * The address set of a part: a guard's `prefixes`, a list's or a range source's `part`. Throws `BundleError` (`missing-part`)
   * for a name that the model has nowhere.
   */
  prefixSet(name: string): PrefixSet
  /** The bytes of a part that is no address set: the agents of `bots`. Throws as `prefixSet` does. */
  part(name: string): PartBytes
}

/** Sets that are open: versions of a policy that share a part share its set and index. */
const openSets = new WeakMap<PartBytes, PrefixSet>()

/** A part's bytes as JSON; the part's length is the only bound on the work. */
function readJson({ buffer, offset, length }: PartBytes): unknown {
  try {
    return JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
        new Uint8Array(buffer, offset, length),
      ),
    )
  } catch (cause) {
    throw new BundleError('bad-json', `${POLICY_PART} is not JSON.`, { cause })
  }
}

function checkModel(value: unknown): PolicyModel {
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined
  if (schema !== SCHEMA)
    throw new BundleError(
      'unknown-schema',
      `The policy has a schema that is not known here; this reader knows ${SCHEMA}.`,
    )
  if (!isPolicyModel(value))
    throw new BundleError('bad-model', `The policy does not have the shape of schema ${SCHEMA}.`)
  return value
}

function openSet(name: string, part: PartBytes | undefined): PrefixSet {
  if (!part) throw missingPart(name)
  const open = openSets.get(part)
  if (open) return open
  try {
    const set = openPrefixSet(part.buffer, part.offset, part.length)
    openSets.set(part, set)
    return set
  } catch (cause) {
    if (!(cause instanceof PrefixSetError)) throw cause
    throw new BundleError('bad-prefix-set', `Part ${JSON.stringify(name)}: ${cause.message}`, { cause })
  }
}

function namesOfSets(model: PolicyModel): readonly string[] {
  const guards = model.access.map((guard) => guard.prefixes).filter((name) => name !== '')
  const lists = model.lists.flatMap((list) => (list.kind === 'ip' ? [list.part] : []))
  const ranges = (model.bots?.ranges ?? []).flatMap(({ snapshot }) => (snapshot ? [snapshot.part] : []))
  return [...guards, ...lists, ...ranges]
}

/** Parts that only their stage can open. They are there at least. */
function namesOfParts({ bots }: PolicyModel): readonly string[] {
  return bots === undefined || bots.agents === '' ? [] : [bots.agents]
}

function missingPart(name: string, what = 'part'): BundleError {
  return new BundleError('missing-part', `The bundle has no ${what} ${JSON.stringify(name)}.`)
}

/**
 * Opens the parts of a policy, everything in them that it uses, so that whatever is wrong shows before the
 * policy takes effect. Buffers are used in place. Throws `BundleError` only.
 */
export function openParts(parts: PartMap): Bundle {
  const policy = parts.get(POLICY_PART)
  if (!policy) throw new BundleError('missing-part', `The bundle has no part ${POLICY_PART}.`)
  const model = checkModel(readJson(policy))
  const sets = new Map(namesOfSets(model).map((name) => [name, openSet(name, parts.get(name))]))
  const others = new Set(namesOfParts(model))
  const find = (name: string): PartBytes => {
    const part = others.has(name) ? parts.get(name) : undefined
    if (!part) throw missingPart(name)
    return part
  }
  others.forEach(find)
  return {
    model,
    prefixSet(name) {
      const set = sets.get(name)
      if (!set) throw missingPart(name, 'address set')
      return set
    },
    part: find,
  }
}

/** The parts of a container, which takes the whole buffer. Throws `BundleError` only. */
export function readParts(container: ArrayBuffer): PartMap {
  return new Map([...openContainer(container)].map(([name, at]) => [name, { buffer: container, ...at }]))
}

/** Opens a policy that lies in one container, as {@link openParts} does. */
export function openBundle(container: ArrayBuffer): Bundle {
  return openParts(readParts(container))
}
