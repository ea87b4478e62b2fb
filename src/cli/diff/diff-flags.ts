/**
 * What `sallyport diff` is told on the command line, checked.
 * @module
 */
import type { TargetFlags } from '../publish/target.ts'

/** As commander hands them over. */
export interface RawDiffFlags extends TargetFlags {
  readonly policy: string
  readonly against: string
  readonly log?: string
  readonly last: string
  readonly exitCode?: boolean
  readonly json?: boolean
}

/** What the folder is compared with. */
export type Against =
  | { readonly kind: 'active' }
  | { readonly kind: 'candidate' }
  | { readonly kind: 'serial'; readonly serial: number }
  /** A compiled policy on disk. */
  | { readonly kind: 'file'; readonly path: string }

export interface DiffFlags {
  readonly policy: string
  readonly against: Against
  readonly log: string | undefined
  readonly last: number
  readonly exitCode: boolean
  readonly json: boolean
}

/** Requests are kept in memory, a few hundred bytes each. */
const MAX_LAST = 1_000_000

function readAgainst(text: string): Against | undefined {
  if (text === 'active' || text === 'candidate') return { kind: text }
  if (text.endsWith('.bin')) return { kind: 'file', path: text }
  const serial = /^[1-9][0-9]{0,15}$/.test(text) ? Number(text) : 0
  return Number.isSafeInteger(serial) && serial > 0 ? { kind: 'serial', serial } : undefined
}

/** The flags, or one sentence that says what is wrong and what to write. */
export function readDiffFlags(raw: RawDiffFlags): DiffFlags | string {
  const against = readAgainst(raw.against)
  if (!against)
    return '--against takes active, candidate, a serial of sallyport status, or a file as dist/baseline.bin.'
  const last = /^[0-9]{1,7}$/.test(raw.last) ? Number(raw.last) : 0
  if (last < 1 || last > MAX_LAST) return `--last is a whole number from 1 to ${MAX_LAST}.`
  const { policy, log, exitCode = false, json = false } = raw
  return { policy, against, log, last, exitCode, json }
}
