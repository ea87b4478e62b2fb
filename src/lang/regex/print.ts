/**
 * Writes an expression as the source of a `RegExp` without flags over binary strings, or in the Rust dialect.
 *
 * Nothing is left to what JavaScript means by `.`, `\s`, `\w` or `i`: classes are written out. `\b` is kept:
 * without flags both dialects know the ASCII words only (ECMA-262 IsWordChar).
 * @module
 */
import type { Look, RegexNode } from './node.ts'
import { negateRanges, type Ranges } from './ranges.ts'

export type Dialect = 'javascript' | 'rust'

const WORD = '[0-9A-Z_a-z]'

/** JavaScript; the Rust dialect has a name for each. */
const LOOKS: Readonly<Record<Look, readonly [javascript: string, rust: string]>> = {
  start: ['^', '^'],
  end: ['$', '$'],
  'line-start': ['(?<![^\\n])', '(?m:^)'],
  'line-end': ['(?![^\\n])', '(?m:$)'],
  'crlf-start': ['(?<![^\\n\\r])(?!(?<=\\r)\\n)', '(?mR:^)'],
  'crlf-end': ['(?![^\\n\\r])(?!(?<=\\r)\\n)', '(?mR:$)'],
  word: ['\\b', '\\b'],
  'not-word': ['\\B', '\\B'],
  'word-start': [`(?<!${WORD})(?=${WORD})`, '\\b{start}'],
  'word-end': [`(?<=${WORD})(?!${WORD})`, '\\b{end}'],
  'word-start-half': [`(?<!${WORD})`, '\\b{start-half}'],
  'word-end-half': [`(?!${WORD})`, '\\b{end-half}'],
}

export function printRegex(node: RegexNode, dialect: Dialect): string {
  switch (node.kind) {
    case 'empty':
      return ''
    case 'byte':
      return printBytes(node.ranges, dialect)
    case 'look':
      return LOOKS[node.look][dialect === 'javascript' ? 0 : 1]
    case 'group':
      return `(${printRegex(node.item, dialect)})`
    case 'concat':
      return node.items.map((item) => printItem(item, dialect, item.kind === 'alternate')).join('')
    case 'alternate':
      return node.items.map((item) => printItem(item, dialect, item.kind === 'alternate')).join('|')
    case 'repeat': {
      const whole = node.item.kind === 'byte' || node.item.kind === 'group'
      return printItem(node.item, dialect, !whole) + printCount(node.min, node.max) + (node.lazy ? '?' : '')
    }
  }
}

function printItem(node: RegexNode, dialect: Dialect, wrap: boolean): string {
  const text = printRegex(node, dialect)
  return wrap ? `(?:${text})` : text
}

function printCount(min: number, max: number): string {
  if (max === 1 && min === 0) return '?'
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`
  return min === max ? `{${min}}` : `{${min},${max}}`
}

function printBytes(ranges: Ranges, dialect: Dialect): string {
  if (ranges.length === 2 && ranges[0] === ranges[1]) return printByte(ranges[0] ?? 0)
  const rest = negateRanges(ranges, 0xff)
  if (rest.length === 0) return dialect === 'javascript' ? '[^]' : '[\\x00-\\xff]'
  if (ranges.length === 0) return dialect === 'javascript' ? '[]' : '[^\\x00-\\xff]'
  const negate = rest.length < ranges.length || (rest.length === ranges.length && rest.at(-1) !== 0xff)
  return negate ? `[^${printRanges(rest)}]` : `[${printRanges(ranges)}]`
}

function printRanges(ranges: Ranges): string {
  let out = ''
  for (let i = 0; i < ranges.length; i += 2) {
    const from = ranges[i] ?? 0
    const to = ranges[i + 1] ?? 0
    out += printByte(from)
    if (to > from) out += (to > from + 1 ? '-' : '') + printByte(to)
  }
  return out
}

/** Letters, digits and what means nothing anywhere in either dialect stand for themselves. */
function printByte(byte: number): string {
  const char = String.fromCharCode(byte)
  if (/[0-9A-Za-z_ "%',:;<=>@`!]/.test(char)) return char
  if (byte === 0x0a) return '\\n'
  if (byte > 0x20 && byte < 0x7f && /[$()*+./?[\\\]^{|}-]/.test(char)) return `\\${char}`
  return `\\x${byte.toString(16).padStart(2, '0')}`
}
