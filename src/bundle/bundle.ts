/**
 * The compiled policy as the stages use it.
 * @module
 */
import { openPrefixSet, type PrefixSet } from '../net/prefix-set.ts'
import { PrefixSetError } from '../net/prefix-set-error.ts'
import { BundleError } from './bundle-error.ts'
import { openContainer, type PartLocation } from './container.ts'
import { POLICY_PART } from './encode-bundle.ts'
import type { PolicyModel } from './model.ts'
import { isPolicyModel } from './model-shape.ts'

export interface Bundle {
  readonly model: PolicyModel
  /** The set a guard names in `prefixes`. Throws `BundleError` (`missing-part`) for a name no guard uses. */
  prefixSet(name: string): PrefixSet
}

/** A part's bytes as JSON; the part's length is the only bound on the work. */
function readJson(buffer: ArrayBuffer, { offset, length }: PartLocation): unknown {
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
  if (schema !== 1)
    throw new BundleError(
      'unknown-schema',
      'The policy has a schema that is not known here; this reader knows 1.',
    )
  if (!isPolicyModel(value))
    throw new BundleError('bad-model', 'The policy does not have the shape of schema 1.')
  return value
}

function openSet(buffer: ArrayBuffer, name: string, part: PartLocation | undefined): PrefixSet {
  if (!part) throw new BundleError('missing-part', `The bundle has no part ${JSON.stringify(name)}.`)
  try {
    return openPrefixSet(buffer, part.offset, part.length)
  } catch (cause) {
    if (!(cause instanceof PrefixSetError)) throw cause
    throw new BundleError('bad-prefix-set', `Part ${JSON.stringify(name)}: ${cause.message}`, { cause })
  }
}

/**
 * Opens a bundle and everything in it that the policy uses, so that whatever is wrong shows before the
 * policy takes effect. The buffer is used in place and must not change after. Throws `BundleError` only.
 */
export function openBundle(buffer: ArrayBuffer): Bundle {
  const parts = openContainer(buffer)
  const policy = parts.get(POLICY_PART)
  if (!policy) throw new BundleError('missing-part', `The bundle has no part ${POLICY_PART}.`)
  const model = checkModel(readJson(buffer, policy))
  const names = model.access.map((guard) => guard.prefixes).filter((name) => name !== '')
  const sets = new Map(names.map((name) => [name, openSet(buffer, name, parts.get(name))]))
  return {
    model,
    prefixSet(name) {
      const set = sets.get(name)
      if (!set)
        throw new BundleError('missing-part', `The bundle has no address set ${JSON.stringify(name)}.`)
      return set
    },
  }
}
