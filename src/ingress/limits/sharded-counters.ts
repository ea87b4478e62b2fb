/**
 * Counters spread over parts that fail on their own.
 * @module
 */
import { type Count, type Counters, type Hit, MAX_HITS } from './counters.ts'

export interface ShardedCountersOptions {
  /** Number of shards; a change moves most keys to another shard, which starts them from nothing. */
  readonly shards: number
  /** Counts at one shard, in order. A rejection concerns these hits only. */
  readonly call: (shard: number, hits: readonly Hit[]) => Promise<readonly Count[]>
}

/** Where one hit's answer is to be found. */
interface Place {
  readonly answers: Promise<readonly Count[]>
  readonly index: number
}

/** Calls every shard concerned at once; more than MAX_HITS for one shard go in several calls. */
export function shardedCounters({ shards, call }: ShardedCountersOptions): Counters {
  if (!Number.isInteger(shards) || shards < 1) {
    throw new RangeError('the number of counter shards must be a whole number from 1')
  }
  // Keys are keyed hashes already, so their high digits spread evenly and nobody can aim at a shard.
  const shardOf = (key: string): number => Number.parseInt(key.slice(0, 8), 16) % shards
  // Asynchronous, so that a call that throws before it promises fails its own hits only.
  const askShard = async (shard: number, hits: readonly Hit[]): Promise<readonly Count[]> => call(shard, hits)

  return {
    shards,
    shardOf,
    hit(hits) {
      const places = new Array<Place | undefined>(hits.length).fill(undefined)
      for (const [shard, positions] of groupByShard(hits, shardOf)) {
        for (let from = 0; from < positions.length; from += MAX_HITS) {
          const batch = positions.slice(from, from + MAX_HITS)
          const asked = batch.flatMap((position) => hits[position] ?? [])
          const answers = askShard(shard, asked)
          for (const [index, position] of batch.entries()) places[position] = { answers, index }
        }
      }
      return places.map(pickAnswer)
    },
  }
}

function groupByShard(hits: readonly Hit[], shardOf: (key: string) => number): Map<number, number[]> {
  const groups = new Map<number, number[]>()
  for (const [position, hit] of hits.entries()) {
    const shard = shardOf(hit.key)
    const group = groups.get(shard)
    if (group) group.push(position)
    else groups.set(shard, [position])
  }
  return groups
}

async function pickAnswer(place: Place | undefined): Promise<Count> {
  const count = place && (await place.answers)[place.index]
  if (count === undefined) throw new Error('a counter shard answered fewer hits than it was asked')
  return count
}
