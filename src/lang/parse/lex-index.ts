/**
 * What stands between `[` and `]`: `*`, a number or a quoted key.
 * @module
 */
import type { Index } from '../ast.ts'
import { isUtf8 } from '../utf8.ts'
import { lexString } from './lex-bytes.ts'
import { LexFailure } from './lex-failure.ts'
import { lexInt } from './lex-int.ts'
import type { Lexed } from './lexed.ts'

const MAX_INDEX = 0xffff_ffff
const FIX = 'Write [0] for an element of an array, ["name"] for a key of a map, or [*] for all of them.'

export function lexIndex(source: string, at: number): Lexed<Index> {
  if (source[at] === '*') return { value: { kind: 'each' }, at: at + 1 }
  if (source[at] === '"') return lexKey(source, at)
  const int = readInt(source, at)
  if (!int) failIndex(source, at, 'expected quoted utf8 string or positive integer')
  const index = int.value
  if (typeof index === 'string' || index < 0 || index > MAX_INDEX) {
    failIndex(source, at, 'expected positive integer as index')
  }
  return { value: { kind: 'at', index }, at: int.at }
}

function lexKey(source: string, at: number): Lexed<Index> {
  const key = lexString(source, at)
  if (!isUtf8(key.value)) failIndex(source, at, 'expected utf8 string')
  return { value: { kind: 'key', key: key.value }, at: key.at }
}

/** The engine has one error for everything that is no number. */
function readInt(source: string, at: number): ReturnType<typeof lexInt> | undefined {
  try {
    return lexInt(source, at)
  } catch (failure) {
    if (failure instanceof LexFailure) return undefined
    throw failure
  }
}

function failIndex(source: string, at: number, what: string): never {
  const message = `expected literal ${JSON.stringify(what)}`
  throw new LexFailure('expected-literal', [at, source.length], message, FIX)
}
