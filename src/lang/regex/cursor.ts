/**
 * The place of the parser in a regular expression, and the flags that hold there.
 * @module
 */
import { RegexSyntaxError } from './syntax-error.ts'
import type { UnicodeTables } from './unicode.ts'

export interface Flags {
  readonly ignoreCase: boolean
  readonly multiLine: boolean
  readonly dotAll: boolean
  readonly swapGreed: boolean
  readonly unicode: boolean
  readonly crlf: boolean
  readonly verbose: boolean
}

/** Flags as the engine starts: Cloudflare compiles with Unicode off. */
export const NO_FLAGS: Flags = {
  ignoreCase: false,
  multiLine: false,
  dotAll: false,
  swapGreed: false,
  unicode: false,
  crlf: false,
  verbose: false,
}

export class Cursor {
  flags: Flags = NO_FLAGS
  at = 0
  groups = 0
  readonly names: Set<string> = new Set()
  readonly tables: UnicodeTables | undefined
  readonly #chars: readonly string[]
  /** Bytes before each character, and of all. */
  readonly #offsets: readonly number[]

  /** `source` is a binary string of UTF-8. Throws {@link RegexSyntaxError} when it is not. */
  constructor(source: string, tables: UnicodeTables | undefined) {
    this.tables = tables
    this.#chars = [...decode(source)]
    const offsets = [0]
    for (const char of this.#chars) offsets.push((offsets.at(-1) ?? 0) + utf8Length(char))
    this.#offsets = offsets
  }

  /** The character here; '' at the end. */
  peek(): string {
    return this.#chars[this.at] ?? ''
  }

  get atEnd(): boolean {
    return this.at >= this.#chars.length
  }

  startsWith(text: string): boolean {
    return this.#chars.slice(this.at, this.at + text.length).join('') === text
  }

  take(text: string): boolean {
    if (!this.startsWith(text)) return false
    this.at += text.length
    return true
  }

  /** One character on, then over white space and comments when those are ignored. */
  bump(): void {
    this.at++
    this.skipSpace()
  }

  skipSpace(): void {
    if (!this.flags.verbose) return
    while (!this.atEnd) {
      if (/\p{White_Space}/u.test(this.peek())) this.at++
      else if (this.peek() === '#') {
        while (!this.atEnd && this.peek() !== '\n') this.at++
      } else break
    }
  }

  text(from: number, to: number): string {
    return this.#chars.slice(from, to).join('')
  }

  fail(message: string, fix: string, at: number = this.at): never {
    const offset = this.#offsets[Math.min(at, this.#chars.length)] ?? 0
    throw new RegexSyntaxError(message, fix, offset)
  }
}

function utf8Length(char: string): number {
  const code = char.codePointAt(0) ?? 0
  if (code < 0x80) return 1
  if (code < 0x800) return 2
  return code < 0x10000 ? 3 : 4
}

function decode(source: string): string {
  try {
    const bytes = Uint8Array.from(source, (char) => char.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new RegexSyntaxError('not UTF-8', 'Write other bytes as \\xHH.', 0)
  }
}
