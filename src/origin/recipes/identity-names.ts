/**
 * Which fields a configuration has to take away, as the names and beginnings that load balancers understand.
 * @module
 */
import { FAMILIES, IDENTITY } from '../restore.ts'

/** Spells a field the way people write it: `x-real-ip` becomes `X-Real-Ip`. Names have no case of their own. */
function capitalise(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase())
}

/** Every field that claims an identity and is in no family, in alphabetical order. */
export const IDENTITY_NAMES: readonly string[] = Array.from(IDENTITY)
  .filter((name) => !FAMILIES.some((family) => name.startsWith(family)))
  .map(capitalise)
  .toSorted()

/** What the names of more such fields begin with. */
export const FAMILY_PREFIXES: readonly string[] = FAMILIES.map(capitalise).toSorted()
