/**
 * Lists of address ranges in the forms in which operators of crawlers publish them.
 * @module
 */
import { type Prefix, parsePrefix } from './prefix.ts'

/** `json`: an object with `prefixes`, as Google's; `text`: one a line; `csv`: the first column (RFC 8805). */
export type PublishedFormat = 'json' | 'text' | 'csv'

/** What can be wrong with a list; stable, for metrics. */
export type PublishedFault =
  | 'too-large'
  | 'malformed'
  | 'bad-prefix'
  | 'empty'
  | 'too-many'
  | 'special'
  | 'too-wide'
  | 'grew'
  | 'shrank'

export type PublishedList =
  | { readonly ok: true; readonly prefixes: readonly Prefix[] }
  | { readonly ok: false; readonly fault: PublishedFault; readonly message: string }

/** Characters of a list, and entries. The largest that is known has 1,500 entries in 110 KB. */
export const MAX_PUBLISHED_BYTES: number = 1024 * 1024
export const MAX_PUBLISHED_ENTRIES = 20_000

function refuse(fault: PublishedFault, message: string): PublishedList {
  return { ok: false, fault, message }
}

/** Bing's list has had zero-width spaces within its prefixes since 2022; they mean nothing. */
function cleaned(text: string): string {
  return text.replace(/\u200b|\u2060|\ufeff/g, '').trim()
}

/** Texts of one entry, or `undefined` when it has another form. */
function textsOf(entry: unknown): readonly string[] | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined
  const { ipv4Prefix, ipv6Prefix } = entry as { readonly ipv4Prefix?: unknown; readonly ipv6Prefix?: unknown }
  const texts = [ipv4Prefix, ipv6Prefix].filter((text) => text !== undefined && text !== null)
  return texts.length > 0 && texts.every((text) => typeof text === 'string') ? texts : undefined
}

function readJson(text: string): readonly string[] | string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'The list is not JSON'
  }
  const entries = (value as { readonly prefixes?: unknown } | null)?.prefixes
  if (!Array.isArray(entries)) return 'The list is not an object with an array `prefixes`'
  const texts: string[] = []
  // One more than may be is enough to see that there are too many.
  for (const [index, entry] of entries.slice(0, MAX_PUBLISHED_ENTRIES + 1).entries()) {
    const own = textsOf(entry)
    if (own === undefined)
      return `Entry ${index} of \`prefixes\` has neither \`ipv4Prefix\` nor \`ipv6Prefix\``
    texts.push(...own)
  }
  return texts
}

/** `#` starts a comment in both forms (RFC 8805 section 2.1). */
function readLines(text: string, format: 'text' | 'csv'): readonly string[] {
  const ends = format === 'csv' ? /[#,]/ : /#/
  return text
    .split('\n')
    .map((line) => cleaned(line.slice(0, 200)).split(ends, 1)[0] ?? '')
    .filter((line) => line.trim() !== '')
}

/**
 * Reads a list, strictly: one entry that is no prefix makes all of it worthless, as it may be another kind of
 * page altogether. Whether the list is plausible is another question (`check-published.ts`). Never throws.
 */
export function readPublished(text: string, format: PublishedFormat): PublishedList {
  if (text.length > MAX_PUBLISHED_BYTES)
    return refuse('too-large', `The list has more than ${MAX_PUBLISHED_BYTES} characters`)
  const texts = format === 'json' ? readJson(cleaned(text)) : readLines(text, format)
  if (typeof texts === 'string') return refuse('malformed', texts)
  if (texts.length > MAX_PUBLISHED_ENTRIES)
    return refuse('too-many', `The list has more than ${MAX_PUBLISHED_ENTRIES} entries`)
  const prefixes: Prefix[] = []
  for (const each of texts) {
    const result = parsePrefix(cleaned(each))
    if (!result.ok) return refuse('bad-prefix', result.message)
    prefixes.push(result.prefix)
  }
  return { ok: true, prefixes }
}
