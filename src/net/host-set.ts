/**
 * Sets of host names with `*.suffix` patterns.
 * @module
 */
import { formatAddress, parseAddress } from './address.ts'

export interface HostSet {
  /** `host` must be in canonical form: lower case, without port, without trailing dot. */
  has(host: string): boolean
}

export type HostPatternResult =
  | { readonly ok: true; readonly pattern: string }
  | { readonly ok: false; readonly message: string; readonly fix: string }

function countDots(text: string): number {
  let dots = 0
  for (let i = text.indexOf('.'); i >= 0; i = text.indexOf('.', i + 1)) dots++
  return dots
}

/**
 * A set of checked patterns: exact names, `*.suffix` (one or more labels before the suffix, never the suffix
 * itself) and `*` for every host. A look-up walks the suffixes from the right, no further than the deepest
 * pattern, so that a host made of dots costs no more than another.
 */
export function createHostSet(patterns: readonly string[]): HostSet {
  const exact = new Set<string>()
  const suffixes = new Set<string>()
  let depth = 0
  for (const pattern of patterns) {
    if (pattern === '*') return { has: () => true }
    if (!pattern.startsWith('*.')) {
      exact.add(pattern)
      continue
    }
    const suffix = pattern.slice(2)
    suffixes.add(suffix)
    depth = Math.max(depth, countDots(suffix) + 1)
  }
  return {
    has(host) {
      if (exact.has(host)) return true
      let end = host.length
      for (let labels = 0; labels < depth; labels++) {
        const dot = host.lastIndexOf('.', end - 1)
        if (dot <= 0) return false
        if (suffixes.has(host.slice(dot + 1))) return true
        end = dot
      }
      return false
    },
  }
}

function refuse(message: string, fix: string): HostPatternResult {
  return { ok: false, message, fix }
}

const EXAMPLES = 'Write a host name as app.example.com, *.example.com for every name below it, or * for all.'

function checkBrackets(text: string, shown: string): HostPatternResult {
  const address = parseAddress(text.slice(1, -1))
  if (address?.version !== 6 || !text.endsWith(']')) {
    return refuse(`${shown} is not an IPv6 address in brackets`, 'Write it as [2001:db8::1], without a port.')
  }
  return { ok: true, pattern: `[${formatAddress(address)}]` }
}

/** The A-label form that a client sends for a name with other letters (RFC 5890), when there is one. */
function asciiForm(text: string): string | undefined {
  const url = `http://${text.replace(/^\*\./, '')}/`
  if (!URL.canParse(url)) return undefined
  const { hostname } = new URL(url)
  return text.startsWith('*.') ? `*.${hostname}` : hostname
}

function checkLabels(name: string, shown: string): HostPatternResult | undefined {
  if (name.length > 253) return refuse(`${shown} is longer than 253 characters`, EXAMPLES)
  for (const label of name.split('.')) {
    if (label === '')
      return refuse(`${shown} has an empty label`, 'Leave out leading, trailing and doubled dots.')
    if (label.length > 63) return refuse(`${shown} has a label longer than 63 characters`, EXAMPLES)
    if (label.includes('*'))
      return refuse(
        `${shown} has a * in the wrong place`,
        'Use * only as the whole first label, as *.example.com.',
      )
    if (!/^[a-z0-9_-]+$/.test(label))
      return refuse(`${shown} has a character that no host name has`, EXAMPLES)
    if (label.startsWith('-') || label.endsWith('-'))
      return refuse(`${shown} has a label that starts or ends with -`, EXAMPLES)
  }
  return undefined
}

/**
 * Checks one pattern as an operator writes it and brings it to lower case. Ports, schemes, paths, trailing
 * dots and letters outside ASCII are refused with what to write instead. IP addresses are allowed as exact
 * hosts: `127.0.0.1`, `[::1]`.
 */
export function parseHostPattern(text: string): HostPatternResult {
  const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
  if (text === '*') return { ok: true, pattern: '*' }
  if (text === '') return refuse('The host is empty', EXAMPLES)
  if (/[\s/?#@\\]/.test(text))
    return refuse(`${shown} is not a bare host name`, 'Leave out scheme, path, user and spaces.')
  const lower = text.toLowerCase()
  if (lower.startsWith('[')) return checkBrackets(lower, shown)
  if (parseAddress(lower)?.version === 6)
    return refuse(`${shown} is an IPv6 address without brackets`, `Write [${lower}].`)
  if (lower.includes(':'))
    return refuse(`${shown} has a port`, 'Leave out the port: hosts are matched without it.')
  if (lower.endsWith('.'))
    return refuse(`${shown} ends with a dot`, `Write ${lower.replace(/\.+$/, '') || 'a host name'}.`)
  if (/[^\x21-\x7e]/.test(lower)) {
    return refuse(
      `${shown} has letters outside ASCII`,
      `Write the form that clients send: ${asciiForm(lower) ?? 'its xn-- labels'}.`,
    )
  }
  const name = lower.startsWith('*.') ? lower.slice(2) : lower
  const wrong = checkLabels(name, shown)
  if (wrong) return wrong
  // A name whose last label is a number is an IPv4 address to every client (WHATWG URL, "ends in a number").
  if (/(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(name) && (name !== lower || !parseAddress(name))) {
    return refuse(
      `${shown} is neither a host name nor a whole IPv4 address`,
      'Write all four numbers, as 192.0.2.1, without *.',
    )
  }
  return { ok: true, pattern: lower }
}
