/**
 * A limit made ready to be asked of each request.
 * @module
 */
import type { LimitModel } from '../../bundle/model.ts'
import type { HeaderSource } from '../../http/headers.ts'
import { compileScope, type ScopeMatcher } from '../../http/scope.ts'
import { levelOfKind } from '../challenge/level-of.ts'
import type { ChallengeLevel } from '../challenge/offer.ts'
import { type CountedLimit, countLimit, isDeferred } from './counted-limit.ts'
import { createKeyHasher, type KeyHasher } from './key.ts'
import { createRefusals, type Refusals } from './refusal.ts'
import { rememberRefusals } from './remembered-refusals.ts'
import { createShardNamer, type ShardNamer } from './shard-namer.ts'
import type { SipKey } from './sip-hash.ts'

export interface CompiledLimit {
  readonly model: LimitModel
  readonly matches: ScopeMatcher
  readonly keys: KeyHasher
  readonly refusals: Refusals
  readonly nameShard: ShardNamer
  /** How clients are counted, and networks of IPv6 clients. */
  readonly client: CountedLimit
  readonly network: CountedLimit
  /** Some characteristic is an expression. */
  readonly readsExpressions: boolean
  /** A solved challenge of this level or a higher one makes a new client; absent: none does. */
  readonly clearedBy: ChallengeLevel | undefined
  /** Whether a request counts, and for how much, is known when it has been answered. */
  readonly isDeferred: boolean
}

/** A /48 may use that many times what one of its /64s may. */
const NETWORK_FACTOR = 8

/**
 * @param shards Number of shards for each region, and for the world.
 * @param exact Whether every limit is held strictly.
 */
export function compileLimit(model: LimitModel, key: SipKey, shards: number, exact: boolean): CompiledLimit {
  const { action } = model
  return {
    model,
    matches: compileScope(model.scope),
    keys: createKeyHasher(model.id, model.characteristics, key),
    refusals: rememberRefusals(createRefusals(model)),
    nameShard: createShardNamer(model.counting_scope, shards),
    client: countLimit(model, 1, exact),
    network: countLimit(model, NETWORK_FACTOR, exact),
    readsExpressions: model.characteristics.some(({ kind }) => kind === 'expression'),
    clearedBy:
      action === 'block' || action === 'throttle' || action === 'log' ? undefined : levelOfKind(action),
    isDeferred: isDeferred(model),
  }
}

/** As Cloudflare's: a field beyond it does not count. */
const MAX_SCORE = 1_000_000

/** Points that an answered request costs: the field `name`, or 0 when it is missing or no whole number from 1. */
export function readScore(headers: HeaderSource, name: string): number {
  const field = name.toLowerCase()
  let text = ''
  headers.forEach((value, key) => {
    if (key.toLowerCase() === field) text = value.trim()
  })
  if (!/^[0-9]{1,7}$/.test(text)) return 0
  const score = Number(text)
  return score <= MAX_SCORE ? score : 0
}
