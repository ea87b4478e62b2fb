/**
 * XML while it streams: no document type, no entities of its own; depth, elements and attributes are counted.
 *
 * Without a document type there is nothing to expand (CVE-2003-1564, "billion laughs") and nothing to fetch.
 * A parser guesses the character encoding from the first bytes, and may read markup where ASCII shows none: only
 * encodings that keep ASCII are taken (XML 1.0 appendix F).
 * @module
 */
import type { XmlBounds } from './body-bounds.ts'
import type { BodyFault } from './body-rules.ts'
import { keepsAscii } from './charset.ts'
import type { Scanner } from './scanner.ts'

const START = 0
const TEXT = 1
/** After `<`. */
const MARKUP = 2
const TAG = 3
/** After the `/` of an empty element. */
const EMPTY = 4
const QUOTED = 5
const END_TAG = 6
const BANG = 7
/** Comment, CDATA section or processing instruction: until its own end. */
const SKIPPED = 8

const MARK = [0xef, 0xbb, 0xbf]
const COMMENT = [0x2d, 0x2d]
const CDATA = [0x5b, 0x43, 0x44, 0x41, 0x54, 0x41, 0x5b]
/** What ends each: the byte that is repeated before `>`, and how often. */
const COMMENT_END = { byte: 0x2d, count: 2 }
const CDATA_END = { byte: 0x5d, count: 2 }
const INSTRUCTION_END = { byte: 0x3f, count: 1 }

/** More of a processing instruction than an XML declaration can need. */
const MAX_DECLARATION = 256

/** Bytes that a name can begin with; those of other alphabets are all taken. */
const beginsName = new Uint8Array(256).fill(1, 0x80).fill(1, 0x41, 0x5b).fill(1, 0x61, 0x7b)
beginsName[0x3a] = 1
beginsName[0x5f] = 1

/** Bytes that matter within a start tag: quotes, `/`, `<`, `=`, `>`. */
const mattersInTag = new Uint8Array(256)
for (const byte of [0x22, 0x27, 0x2f, 0x3c, 0x3d, 0x3e]) mattersInTag[byte] = 1

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

export function createXmlScanner(bounds: XmlBounds): Scanner {
  return new XmlScanner(bounds)
}

class XmlScanner implements Scanner {
  readonly #bounds: XmlBounds
  #state = START
  #depth = 0
  #elements = 0
  #attributes = 0
  #quote = 0
  #mark = 0
  /** How much of `<!--` or `<![CDATA[` has come, and of which. */
  #matched = 0
  #opening = COMMENT
  #closing = COMMENT_END
  /** How many bytes of the end of what is skipped have come. */
  #ending = 0
  /** What a processing instruction says, as far as a declaration could go. */
  #instruction = ''

  constructor(bounds: XmlBounds) {
    this.#bounds = bounds
  }

  /** One loop over locals for elements and text, which documents are made of; the rest is read by methods. */
  scan(bytes: Uint8Array): BodyFault | undefined {
    const { max_depth, max_elements, max_attributes } = this.#bounds
    let state = this.#state
    let depth = this.#depth
    let elements = this.#elements
    let attributes = this.#attributes
    let quote = this.#quote
    let at = 0
    while (at < bytes.length) {
      if (state === TEXT) {
        at = find(bytes, 0x3c, at)
        if (at++ < bytes.length) state = MARKUP
      } else if (state === QUOTED) {
        at = find(bytes, quote, at)
        if (at++ < bytes.length) state = TAG
      } else if (state === TAG) {
        while (at < bytes.length && mattersInTag[bytes[at] as number] === 0) at++
        if (at === bytes.length) break
        const byte = bytes[at++] as number
        if (byte === 0x3e) state = TEXT
        else if (byte === 0x2f) state = EMPTY
        else if (byte === 0x3c) return 'xml-malformed'
        else if (byte !== 0x3d) {
          quote = byte
          state = QUOTED
        } else if (++attributes > max_attributes) return 'xml-attributes'
      } else if (state === END_TAG || state === EMPTY) {
        const end = state === EMPTY ? at : find(bytes, 0x3e, at)
        if (end === bytes.length) break
        if (bytes[end] !== 0x3e || --depth < 0) return 'xml-malformed'
        at = end + 1
        state = TEXT
      } else if (state === MARKUP && beginsName[bytes[at] as number] === 1) {
        if (++elements > max_elements) return 'xml-elements'
        if (++depth > max_depth) return 'xml-depth'
        attributes = 0
        at++
        state = TAG
      } else {
        this.#state = state
        const next = this.#readOther(bytes, at)
        if (typeof next === 'string') return next
        at = next
        state = this.#state
      }
    }
    this.#state = state
    this.#depth = depth
    this.#elements = elements
    this.#attributes = attributes
    this.#quote = quote
    return
  }

  end(): BodyFault | undefined {
    const isEmpty = this.#state === START && this.#mark % 3 === 0
    return isEmpty || (this.#state === TEXT && this.#depth === 0) ? undefined : 'xml-malformed'
  }

  /** The position after what was read, or a fault. */
  #readOther(bytes: Uint8Array, at: number): number | BodyFault {
    if (this.#state === SKIPPED) return this.#skip(bytes, at)
    const byte = bytes[at] as number
    const fault =
      this.#state === START
        ? this.#begin(byte)
        : this.#state === BANG
          ? this.#beginDeclaration(byte)
          : this.#beginMarkup(byte)
    return fault ?? at + 1
  }

  /** Before the first markup: a byte order mark and white space. */
  #begin(byte: number): BodyFault | undefined {
    if (this.#mark < 3 && byte === MARK[this.#mark]) {
      this.#mark++
      return
    }
    if (this.#mark % 3 !== 0) return 'xml-malformed'
    this.#mark = 3
    if (byte === 0x3c) this.#state = MARKUP
    else if (!isSpace(byte)) return 'xml-malformed'
    return
  }

  /** After a `<` that begins no element. */
  #beginMarkup(byte: number): BodyFault | undefined {
    if (byte === 0x2f) this.#state = END_TAG
    else if (byte === 0x21) {
      this.#state = BANG
      this.#matched = 0
    } else if (byte === 0x3f) {
      this.#instruction = ''
      this.#beginSkip(INSTRUCTION_END)
    } else return 'xml-malformed'
    return
  }

  /** After `<!`. Everything but a comment and CDATA belongs to a document type. */
  #beginDeclaration(byte: number): BodyFault | undefined {
    if (this.#matched === 0) this.#opening = byte === 0x5b ? CDATA : COMMENT
    if (byte !== this.#opening[this.#matched]) return this.#matched === 0 ? 'xml-doctype' : 'xml-malformed'
    this.#matched++
    if (this.#matched === this.#opening.length)
      this.#beginSkip(this.#opening === CDATA ? CDATA_END : COMMENT_END)
    return
  }

  #beginSkip(until: typeof COMMENT_END): void {
    this.#closing = until
    this.#ending = 0
    this.#state = SKIPPED
  }

  #skip(bytes: Uint8Array, from: number): number | BodyFault {
    const { byte, count } = this.#closing
    const isInstruction = this.#closing === INSTRUCTION_END
    let ending = this.#ending
    let at = from
    while (at < bytes.length) {
      const next = bytes[at++] as number
      if (isInstruction && this.#instruction.length < MAX_DECLARATION)
        this.#instruction += String.fromCharCode(next)
      if (next === byte) ending++
      else if (next === 0x3e && ending >= count) {
        this.#state = TEXT
        return isInstruction && !declaresAscii(this.#instruction) ? 'charset' : at
      } else ending = 0
    }
    this.#ending = ending
    return at
  }
}

function find(bytes: Uint8Array, byte: number, from: number): number {
  let at = from
  while (at < bytes.length && bytes[at] !== byte) at++
  return at
}

/** What `<?xml … ?>` says of the encoding; other instructions say nothing of it. */
function declaresAscii(instruction: string): boolean {
  if (!/^xml\s/i.test(instruction)) return true
  // The rest of a longer one was not kept.
  if (instruction.length >= MAX_DECLARATION) return false
  if (!instruction.includes('encoding')) return true
  const named = /\sencoding\s*=\s*["']([^"']*)["']/.exec(instruction)
  return named?.[1] !== undefined && keepsAscii(named[1])
}
