/**
 * Signature parameters (RFC 9421 section 2.3).
 * @module
 */
import type { Parameters } from './structured-value.ts'

export interface SignatureParameters {
  /** Seconds since 1970. */
  readonly created?: number
  /** Seconds since 1970. */
  readonly expires?: number
  readonly nonce?: string
  /** What the signer says; the verifier goes by the key. */
  readonly alg?: string
  readonly keyid?: string
  readonly tag?: string
}

export type ParameterName = keyof SignatureParameters

const TIMES: ReadonlySet<string> = new Set(['created', 'expires'])
const TEXTS: ReadonlySet<string> = new Set(['nonce', 'alg', 'keyid', 'tag'])

/** `undefined` when a known parameter has the wrong type. Others are signed too, and mean nothing here. */
export function readParameters(parameters: Parameters): SignatureParameters | undefined {
  const known: { -readonly [K in ParameterName]?: SignatureParameters[K] } = {}
  for (const [name, item] of parameters) {
    if (TIMES.has(name)) {
      if (item.type !== 'integer' || item.value < 0) return undefined
      Object.assign(known, { [name]: item.value })
    } else if (TEXTS.has(name)) {
      if (item.type !== 'string') return undefined
      Object.assign(known, { [name]: item.value })
    }
  }
  return known
}

/** @throws TypeError when one is no parameter of RFC 9421: nothing would ever have it. */
export function requireParameterNames(names: readonly string[]): void {
  for (const name of names) {
    if (TIMES.has(name) || TEXTS.has(name)) continue
    throw new TypeError(
      `${JSON.stringify(name)} is no parameter: there are ${[...TIMES, ...TEXTS].join(', ')}`,
    )
  }
}

/** In one fixed order, which is that of RFC 9421 section 2.3, but for the algorithm. */
export function formatParameters(
  parameters: {
    readonly [K in ParameterName]: SignatureParameters[K] | undefined
  },
): string {
  const { created, expires, nonce, alg, keyid, tag } = parameters
  return (
    (created === undefined ? '' : `;created=${created}`) +
    (expires === undefined ? '' : `;expires=${expires}`) +
    text('nonce', nonce) +
    text('alg', alg) +
    text('keyid', keyid) +
    text('tag', tag)
  )
}

function text(name: string, value: string | undefined): string {
  return value === undefined ? '' : `;${name}="${value.replace(/["\\]/g, '\\$&')}"`
}

const PRINTABLE = /^[\x20-\x7e]{1,256}$/

/** @throws TypeError unless `value` is 1 to 256 printable ASCII characters, or `undefined`. */
export function requirePrintable(name: string, value: string | undefined): void {
  if (value !== undefined && !PRINTABLE.test(value)) {
    throw new TypeError(`${name} must be 1 to 256 printable ASCII characters`)
  }
}

const LABEL = /^[a-z*][a-z0-9_\-.*]{0,63}$/

/** @throws TypeError unless `label` can be a dictionary's key (RFC 9651 section 3.1.2) of at most 64 characters. */
export function requireLabel(label: string): void {
  if (!LABEL.test(label)) {
    throw new TypeError(
      'label must be 1 to 64 of a-z, 0-9, "_", "-", "." and "*", and begin with a letter or "*"',
    )
  }
}
