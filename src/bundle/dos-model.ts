/**
 * The part of the policy that keeps floods and hostile content away: `rules/dos.yaml`.
 * @module
 */
import type { BodyBounds } from '../http/body-guard/body-bounds.ts'
import type { Mode } from '../http/decision.ts'

export interface DosModel {
  readonly bans: BansModel
  readonly detection: DetectionModel
  readonly attack_mode: AttackModel
  readonly bodies: BodiesModel
}

/** Addresses, networks and other offenders that are kept out for a time. */
export interface BansModel {
  readonly mode: Mode
  /** Status of the refusal, 400 to 499. */
  readonly status: number
}

/** Finds the sources of a surge, and blocks at the narrowest level that explains it. */
export interface DetectionModel {
  readonly mode: Mode
  /** Requests per second and data centre below which nothing is a surge. */
  readonly min_rate: number
  /** How many times its usual rate a surge is, at least. */
  readonly factor: number
  /** Share of the surge, in percent, that the sources found at a level must explain. */
  readonly explains: number
  /** Seconds of the first block of a source, and of the longest. */
  readonly timeout: number
  readonly max_timeout: number
  /** What befalls whole ASNs, TLS fingerprints and agents, where people are among them. */
  readonly wide_action: 'block' | 'challenge' | 'log'
}

/** Stricter treatment of a host's route while it is attacked. */
export interface AttackModel {
  readonly mode: Mode
  /** How many times its usual rate a route takes, at least, to be under attack; and requests per second, at least. */
  readonly factor: number
  readonly min_rate: number
  /** Percent of the origin's answers that are 5xx, at least, for a failing origin to count as a sign. */
  readonly error_share: number
  /** Seconds of quiet after which it ends. */
  readonly quiet: number
  /** What clients without a solved challenge meet on its routes. */
  readonly action: 'challenge' | 'log'
}

/** What bodies may be: bounds that hold while they stream. */
export interface BodiesModel extends BodyBounds {
  readonly mode: Mode
}
