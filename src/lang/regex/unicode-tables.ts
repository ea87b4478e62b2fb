/**
 * Tables of Unicode for `(?u)`, read out of the JavaScript engine. Only the builder of a policy has them;
 * the Worker gets the bytes that came of them.
 *
 * The version of Unicode is the engine's (ICU), which may differ from Rust's by the newest characters.
 * @module
 */
import { includesNumber, normalizeRanges, type Ranges, uniteRanges } from './ranges.ts'
import { MAX_CODE_POINT, type UnicodeTables } from './unicode.ts'

const cache = new Map<string, Ranges | undefined>()
/** Far more properties than one policy names. */
const MAX_CACHE = 64

export const UNICODE_TABLES: UnicodeTables = {
  get digit(): Ranges {
    return scan('\\p{Nd}') ?? []
  },
  get space(): Ranges {
    return scan('\\p{White_Space}') ?? []
  },
  /** UTS #18, Annex C. */
  get word(): Ranges {
    return scan('[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]') ?? []
  },
  fold: foldCase,
  property: findProperty,
}

/** All characters that match `pattern`; `undefined` when the engine does not know it. */
function scan(pattern: string): Ranges | undefined {
  const known = cache.get(pattern)
  if (known !== undefined || cache.has(pattern)) return known
  if (cache.size >= MAX_CACHE) cache.clear()
  const found = scanAll(pattern)
  cache.set(pattern, found)
  return found
}

function scanAll(pattern: string): Ranges | undefined {
  let expression: RegExp
  try {
    expression = new RegExp(`^${pattern}$`, 'u')
  } catch {
    return undefined
  }
  const ranges: number[] = []
  for (let code = 0; code <= MAX_CODE_POINT; code++) {
    if (code === 0xd800) code = 0xe000
    if (!expression.test(String.fromCodePoint(code))) continue
    if (ranges.at(-1) === code - 1) ranges[ranges.length - 1] = code
    else ranges.push(code, code)
  }
  return ranges
}

/** Characters with another case, and what each matches with simple case folding (the `i` and `u` flags). */
let variants: ReadonlyMap<number, readonly number[]> | undefined

function caseVariants(): ReadonlyMap<number, readonly number[]> {
  if (variants !== undefined) return variants
  const groups = new Map<string, number[]>()
  const cased = scan('[\\p{Changes_When_Casemapped}\\p{Changes_When_Casefolded}]') ?? []
  for (let i = 0; i < cased.length; i += 2)
    for (let code = cased[i] ?? 0; code <= (cased[i + 1] ?? 0); code++) {
      const char = String.fromCodePoint(code)
      // Simple folds keep one character: whole words of it are compared by the engine below.
      for (const other of new Set([char.toLowerCase(), char.toUpperCase(), char.toUpperCase().toLowerCase()]))
        if ([...other].length === 1 && new RegExp(`^${escapeChar(char)}$`, 'iu').test(other)) {
          const key = other.toLowerCase()
          groups.set(key, [...(groups.get(key) ?? []), code])
        }
    }
  const found = new Map<number, number[]>()
  for (const group of groups.values())
    for (const code of group) found.set(code, [...(found.get(code) ?? []), ...group])
  variants = found
  return found
}

function escapeChar(char: string): string {
  return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`
}

function foldCase(ranges: Ranges): Ranges {
  const added: number[] = []
  for (const [code, others] of caseVariants()) {
    if (!includesNumber(ranges, code)) continue
    for (const other of others) added.push(other, other)
  }
  return normalizeRanges([...ranges, ...added])
}

/** The dialect takes names loosely (UAX #44, LM3): `greek`, `Greek`, `GREEK`. JavaScript takes one spelling. */
function findProperty(name: string, value: string | undefined): Ranges | undefined {
  if (value !== undefined) {
    const property = { sc: 'Script', script: 'Script', scx: 'Script_Extensions', gc: 'General_Category' }[
      loose(name)
    ]
    const long = { scriptextensions: 'Script_Extensions', generalcategory: 'General_Category' }[loose(name)]
    return firstKnown(spellings(value).map((text) => `\\p{${property ?? long ?? name}=${text}}`))
  }
  if (loose(name) === 'any') return [0, 0xd7ff, 0xe000, MAX_CODE_POINT]
  if (loose(name) === 'ascii') return [0, 0x7f]
  return firstKnown(
    spellings(name).flatMap((text) => [
      `\\p{${text}}`,
      `\\p{General_Category=${text}}`,
      `\\p{Script=${text}}`,
    ]),
  )
}

function loose(name: string): string {
  return name.toLowerCase().replace(/[ _-]/g, '')
}

/** As it is, as `Two_Words`, as `Oneword`, and as `LU`. */
function spellings(name: string): string[] {
  if (!/^[\w -]+$/.test(name)) return []
  const words = name.split(/[ _-]+/).filter((word) => word !== '')
  const title = words.map(capitalize).join('_')
  return [...new Set([name, title, capitalize(words.join('')), name.toUpperCase()])]
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()
}

function firstKnown(patterns: readonly string[]): Ranges | undefined {
  for (const pattern of patterns) {
    const found = scan(pattern)
    if (found !== undefined) return uniteRanges(found, [])
  }
  return undefined
}
