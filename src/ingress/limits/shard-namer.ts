/**
 * Names of a limit's shards, remembered: an isolate is in one data centre, and asks the same few shards all the time.
 * @module
 */
import type { CountingScope } from '../../bundle/model.ts'
import { nameShard } from './shard-name.ts'

/** As `nameShard`. @param hi First half of the key's hash. */
export type ShardNamer = (colo: string | undefined, hi: number) => string

/** @param shards Number of shards for each region, and for the world: so many names are remembered. */
export function createShardNamer(scope: CountingScope, shards: number): ShardNamer {
  let names: (string | undefined)[] = []
  let lastColo: string | undefined
  return function name(colo, hi) {
    if (colo !== lastColo) {
      names = []
      lastColo = colo
    }
    const index = scope === 'colo' ? 0 : hi % shards
    const known = names[index]
    if (known !== undefined) return known
    const made = nameShard({ scope, colo, hi, shards })
    names[index] = made
    return made
  }
}
