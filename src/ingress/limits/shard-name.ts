/**
 * Names of the shards that keys are counted in. There are few of them whatever clients do: a shard for each client
 * would let an attacker create them.
 * @module
 */
import type { CountingScope } from '../../bundle/model.ts'
import { findRegion, isRegion, type Region } from './regions.ts'

/** Where a key is counted. */
export interface ShardPlace {
  readonly scope: CountingScope
  /** `request.cf.colo`; absent outside Cloudflare. */
  readonly colo: string | undefined
  /** First half of the key's hash, which is keyed: nobody can aim at a shard. */
  readonly hi: number
  /** Number of shards for each region, and for the world. A data centre has one. */
  readonly shards: number
}

/** The version says how shards count: isolates of two releases with two ways of it never share one. */
const PREFIX = 'limits:v2:'
const COLO = /^[A-Z]{3}$/

/** As `limits:v2:colo:FRA`, `limits:v2:region:weur:3` or `limits:v2:global:7`. */
export function nameShard({ scope, colo, hi, shards }: ShardPlace): string {
  if (scope === 'global') return `${PREFIX}global:${hi % shards}`
  const known = colo !== undefined && COLO.test(colo) ? colo : 'local'
  if (scope === 'colo') return `${PREFIX}colo:${known}`
  return `${PREFIX}region:${findRegion(known)}:${hi % shards}`
}

/** The scope that a name is of. */
export function scopeOf(name: string): CountingScope {
  if (name.startsWith(`${PREFIX}global:`)) return 'global'
  return name.startsWith(`${PREFIX}region:`) ? 'region' : 'colo'
}

/**
 * Where the object of a shard should be created, as a location hint; `undefined` for shards that all the world
 * asks, which are created near whoever asks first, and stay there.
 */
export function hintOf(name: string): Region | undefined {
  if (!name.startsWith(PREFIX)) return undefined
  const [scope, place = ''] = name.slice(PREFIX.length).split(':')
  if (scope === 'region') return isRegion(place) ? place : undefined
  if (scope !== 'colo') return undefined
  const region = findRegion(place)
  return region === 'other' ? undefined : region
}
