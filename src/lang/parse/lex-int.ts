/**
 * Whole numbers (64 bits, signed) and ranges of them.
 * @module
 */
import type { IntLiteral } from '../ast.ts'
import { LexFailure } from './lex-failure.ts'
import type { Lexed } from './lexed.ts'
import { HEX_DIGITS, scanWhile } from './scan.ts'

const MIN = -(2n ** 63n)
const MAX = 2n ** 63n - 1n

export interface IntRange {
  readonly from: IntLiteral
  readonly to: IntLiteral
}

/**
 * `443`, `-5`, `0x1bb` or, with a leading zero, octal `0673`. All hexadecimal digits are read whatever the
 * base, so that a wrong digit is underlined with its number.
 */
export function lexInt(source: string, at: number): Lexed<IntLiteral> {
  if (source.startsWith('0x', at)) {
    const end = scanDigits(source, at + 2)
    return { value: toInt(source, at + 2, end, 16), at: end }
  }
  if (source.startsWith('0', at)) {
    const end = scanDigits(source, at)
    return { value: toInt(source, at, end, 8), at: end }
  }
  const end = scanDigits(source, source.startsWith('-', at) ? at + 1 : at)
  return { value: toInt(source, at, end, 10), at: end }
}

/** One number, or `first..last`. */
export function lexIntRange(source: string, at: number): Lexed<IntRange> {
  const first = lexInt(source, at)
  if (!source.startsWith('..', first.at)) {
    return { value: { from: first.value, to: first.value }, at: first.at }
  }
  const last = lexInt(source, first.at + 2)
  if (BigInt(last.value) < BigInt(first.value)) {
    throw new LexFailure(
      'incompatible-range-bounds',
      [at, last.at],
      'incompatible range bounds',
      `Write the smaller number first: ${last.value}..${first.value}.`,
    )
  }
  return { value: { from: first.value, to: last.value }, at: last.at }
}

function scanDigits(source: string, at: number): number {
  const end = scanWhile(source, at, HEX_DIGITS)
  if (end > at) return end
  throw new LexFailure('expected-name', [at, source.length], 'expected digit', explainDigit(source, at))
}

function explainDigit(source: string, at: number): string {
  if (/^(?:true|false)\b/.test(source.slice(at, at + 6))) {
    return 'There are no literals true and false: write a Bool field by itself, or not and the field.'
  }
  if (source.startsWith('"', at)) return 'This compares a number: write it without quotes.'
  if (source.startsWith(',', at)) return 'Separate the elements of a set with spaces, not commas.'
  return 'Write a whole number, as 443, -5 or 0x1bb.'
}

const DIGITS_OF: ReadonlyMap<number, RegExp> = new Map([
  [8, /^[0-7]+$/],
  [10, /^-?[0-9]+$/],
  [16, /^[0-9a-fA-F]+$/],
])

function toInt(source: string, start: number, end: number, radix: 8 | 10 | 16): IntLiteral {
  const digits = source.slice(start, end)
  if (!DIGITS_OF.get(radix)?.test(digits)) {
    throw new LexFailure(
      'parse-int',
      [start, end],
      `invalid digit found in string while parsing with radix ${radix}`,
      explainRadix(digits, radix),
    )
  }
  const value = BigInt(radix === 16 ? `0x${digits}` : radix === 8 ? `0o${digits}` : digits)
  if (value < MIN || value > MAX) {
    throw new LexFailure(
      'parse-int',
      [start, end],
      `number too ${value < 0 ? 'small' : 'large'} to fit in target type while parsing with radix ${radix}`,
      `Write a number from ${MIN} to ${MAX}.`,
    )
  }
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value.toString()
}

function explainRadix(digits: string, radix: 8 | 10 | 16): string {
  if (radix !== 8) return 'Put 0x in front of a hexadecimal number and a space behind every number.'
  const decimal = digits.replace(/^0+(?=.)/, '')
  return `A leading zero means octal: write ${/^[0-9]+$/.test(decimal) ? decimal : `0x${decimal}`}.`
}
