/**
 * Literals as text that reads back as the same literal.
 * @module
 */
import type { Literal, SetElement } from './ast.ts'
import { compareIpLiterals, firstIpLiteral, lastIpLiteral, parseIpLiteral } from './ip-literal.ts'
import { decodeUtf8 } from './utf8.ts'
import { toBytes } from './value.ts'

export function printLiteral(literal: Literal): string {
  return literal.kind === 'bytes' ? printBytes(literal.value) : String(literal.value)
}

/** A quoted string. What is no UTF-8 or cannot be seen is written as `\xHH`. */
export function printBytes(bytes: string): string {
  const text = decodeUtf8(bytes)
  const unseen = text === undefined ? /[^ -~]/g : /[\p{C}\p{Z}]/gu
  return `"${(text ?? bytes)
    .replace(/["\\]/g, '\\$&')
    .replace(unseen, (char) =>
      char === ' ' ? char : escapeBytes(text === undefined ? char : toBytes(char)),
    )}"`
}

function escapeBytes(bytes: string): string {
  return [...bytes].map((byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')
}

/** A raw string with as many `#` as the content needs. */
export function printRaw(bytes: string): string {
  const runs = bytes.match(/"#*/g) ?? []
  const hashes = '#'.repeat(runs.length === 0 ? 0 : Math.max(...runs.map((run) => run.length)))
  return `r${hashes}"${decodeUtf8(bytes) ?? bytes}"${hashes}`
}

export function printElement(element: SetElement): string {
  if (element.kind === 'bytes') return printBytes(element.value)
  if (element.from === element.to) return String(element.from)
  const range = `${element.from}..${element.to}`
  return element.kind === 'int' ? range : (printNetwork(element.from, element.to) ?? range)
}

/** `192.0.2.0/24`, when the range is one network. */
function printNetwork(from: string, to: string): string | undefined {
  const first = parseIpLiteral(from)
  const last = parseIpLiteral(to)
  if (!first || !last) return undefined
  for (let length = first.version === 4 ? 32 : 128; length >= 0; length--) {
    if (compareIpLiterals(firstIpLiteral(first, length), first) !== 0) return undefined
    if (compareIpLiterals(lastIpLiteral(first, length), last) === 0) return `${from}/${length}`
  }
  return undefined
}
