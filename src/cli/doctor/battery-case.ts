/**
 * What a case of the battery is.
 * @module
 */
import type { OriginFailure } from '../../origin/outcome.ts'
import type { Attempt } from './attempt.ts'
import type { Desk } from './signing-desk.ts'

/** What is attacked, with a heading for each. */
export const GROUPS = {
  harmless: 'Harmless differences',
  target: 'Request-target',
  method: 'Method',
  host: 'Host',
  fields: 'Covered fields',
  twins: 'Other spellings of covered fields',
  signature: 'The signature',
  components: 'Covered components',
  parameters: 'Signature parameters',
  time: 'Times',
  keys: 'Keys and algorithms',
  replay: 'Replays',
  unsigned: 'Nothing signed',
  framing: 'Framing of the content',
  connection: 'Hop-by-hop fields',
  injection: 'Fields that claim an identity',
  deputy: 'Fields that a verifier could take for the request',
  body: 'Content',
  health: 'Health probes',
  syntax: 'Syntax of the message',
  upgrade: 'Upgrades',
} as const

export type Group = keyof typeof GROUPS

/**
 * - `refused`: must not reach the application.
 * - `passes`: must reach it.
 * - `either`: may be refused or cleaned. When it reaches the application, method, target and client there are the
 *   signed ones, and `SPOOF` is nowhere to be seen.
 */
export type Expectation = 'refused' | 'passes' | 'either'

export interface BatteryCase {
  /** Unique: one short phrase. */
  readonly name: string
  readonly group: Group
  readonly expect: Expectation
  /** The threat, or where it is written down. */
  readonly why: string
  /** What the verifier of this package says of it, when it is asked without an HTTP parser in between. */
  readonly failure?: OriginFailure
  /** `probe`: a path that passes unsigned. `reader`: only who reads the body can tell. */
  readonly needs?: 'probe' | 'reader'
  /** So many copies are sent at once, of which exactly one may pass. */
  readonly copies?: number
  /** Only the content is wrong: its head may reach the application, all of it may not. */
  readonly late?: boolean
  make(desk: Desk): Attempt
  /** Sent first; what comes of it is not judged. */
  before?(attempt: Attempt, desk: Desk): Attempt
}

/** Stands where an attacker would put something of their own: an application must never see it as identity. */
export const SPOOF = 'sallyport-doctor-spoof'

/** An address for documentation (RFC 5737), for claims that have to look like one. */
export const SPOOF_IP = '192.0.2.66'

type Make = (desk: Desk) => Attempt
type More = Partial<Pick<BatteryCase, 'needs' | 'copies' | 'late' | 'before'>>

export interface CaseWriter {
  refused(name: string, failure: OriginFailure | undefined, why: string, make: Make, more?: More): BatteryCase
  passes(name: string, why: string, make: Make, more?: More): BatteryCase
  either(name: string, failure: OriginFailure | undefined, why: string, make: Make, more?: More): BatteryCase
}

/** Writes the cases of one group. */
export function casesOf(group: Group): CaseWriter {
  const failing =
    (expect: Expectation) =>
    (
      name: string,
      failure: OriginFailure | undefined,
      why: string,
      make: Make,
      more: More = {},
    ): BatteryCase => ({ name, group, expect, why, make, ...more, ...(failure && { failure }) })
  return {
    refused: failing('refused'),
    either: failing('either'),
    passes: (name, why, make, more = {}) => ({ name, group, expect: 'passes', why, make, ...more }),
  }
}
