/**
 * What isolates tell the watch of their data centre, and what they are told: sightings there, orders back.
 * @module
 */

import type { AttackModel, DetectionModel } from '../../bundle/dos-model.ts'

/** Rungs of the ladder, the narrowest first. */
export const LEVELS = ['address', 'network', 'asn', 'tls', 'agent'] as const
export type Level = (typeof LEVELS)[number]

/** How often a source was seen at one level. */
export interface Sighting {
  readonly level: Level
  /**
   * The source: an IPv4 address or IPv6 /64, an IPv4 /24 or IPv6 /48, a number of an AS, a TLS fingerprint (JA4),
   * or the hash of a path and a user agent. At most 64 characters.
   */
  readonly key: string
  readonly count: number
}

/** Sums of one route since the last report. */
export interface RouteSums {
  readonly host: string
  /** Id of the route. */
  readonly route: string
  readonly requests: number
  /** Refused by limits. Those that bans refused are not among the requests. */
  readonly denied: number
  /** Answered by the origin, and those of them that were 5xx or did not come. */
  readonly origin: number
  readonly errors: number
}

/** A client that limits have refused often enough to be banned. */
export interface Offender {
  /** Canonical text of an address: IPv4, or an IPv6 /64 as CIDR. */
  readonly address: string
  /** Rule that asks for it, as `limits.login`. */
  readonly rule: string
  /** Seconds. */
  readonly timeout: number
}

/** What the policy of the reporting isolate asks of the watch; modes are those of the stage at most. */
export interface WatchSettings {
  readonly detection: DetectionModel
  readonly attack_mode: AttackModel
}

export interface WatchReport {
  readonly isolate: number
  readonly settings: WatchSettings
  /** Milliseconds that the sums are over. */
  readonly span: number
  /** Those that bans refused are not among them, nor among the sightings. */
  readonly requests: number
  readonly top: readonly Sighting[]
  readonly routes: readonly RouteSums[]
  readonly offenders: readonly Offender[]
  /** The `revision` of the last orders. */
  readonly revision: number
}

export interface Ban {
  /** 16 hex digits; names it in the API and in records. */
  readonly id: string
  readonly level: Level
  /** As `Sighting.key`; for `address` and `network` any CIDR block. */
  readonly key: string
  readonly action: 'block' | 'challenge' | 'log'
  /** Milliseconds since the epoch. */
  readonly created: number
  readonly until: number
  /** One plain sentence. */
  readonly reason: string
  readonly by: 'operator' | 'limit' | 'detection'
  /** How often the source has been banned lately, this time included. */
  readonly strikes: number
}

/** A host's route under attack, or held in or out of attack mode by an operator. Empty strings stand for all. */
export interface AttackState {
  readonly host: string
  readonly route: string
  readonly state: 'on' | 'off'
  readonly by: 'operator' | 'detection'
  readonly since: number
  /** Milliseconds since the epoch; 0 until it ends by itself. */
  readonly until: number
  /** What set it off, as one plain sentence. */
  readonly reason: string
}

/** What holds now: all of it, so that whoever missed some is whole again. */
export interface Orders {
  /** Rises with each change. */
  readonly revision: number
  readonly bans: readonly Ban[]
  readonly attacks: readonly AttackState[]
  /** Control's revision that they are made of: what has a lower one may lack an operator's last word. */
  readonly basis?: number
  /** Control could not be asked yet: bans that were ordered before stay in force beside these. */
  readonly isPartial?: boolean
}

/** Bans in force at the same time; the ones that end soonest give way, an operator's last. */
export const MAX_BANS = 4096
export const MAX_ATTACKS = 256
/** Most sightings of one level in a report. */
export const MAX_SIGHTINGS = 64
export const MAX_ROUTE_SUMS = 64
export const MAX_OFFENDERS = 16
