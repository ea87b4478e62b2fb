/**
 * A curl command as one text, taken apart into options and URLs as a shell and curl would.
 * @module
 */
import { parse } from 'shell-quote'
import { suggestName } from '../../policy/suggest.ts'
import { CURL_OPTIONS, type CurlMeaning } from './curl-options.ts'

export interface CurlPart {
  readonly meaning: CurlMeaning
  /** Empty for options without one. */
  readonly value: string
}

export type Split<T> =
  | { readonly ok: true; readonly value: T; readonly notes: readonly string[] }
  /** One sentence that says what is wrong and what to do, or two. */
  | { readonly ok: false; readonly message: string }

const MAX_COMMAND = 100_000

function fail(message: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message }
}

/** The quote that a shell would still wait for at the end. Browsers also copy `$'…'`, where a backslash escapes. */
function findOpenQuote(command: string): string | undefined {
  let open: string | undefined
  let escapes = true
  for (let i = 0; i < command.length; i++) {
    const character = command.charAt(i)
    if (character === '\\' && escapes) i++
    else if (character === open) [open, escapes] = [undefined, true]
    else if (open === undefined && (character === "'" || character === '"')) {
      open = character
      escapes = character === '"' || command.charAt(i - 1) === '$'
    }
  }
  return open
}

/** The words of a command. Nothing is run or expanded. */
function splitWords(command: string): Split<readonly string[]> {
  if (command.length > MAX_COMMAND) return fail(`The command is longer than ${MAX_COMMAND} characters.`)
  const open = findOpenQuote(command)
  if (open !== undefined)
    return fail(`The command has a ${open} that is never closed. Close it, or copy the whole command.`)
  const variables = new Set<string>()
  const keep = (name: string): string => {
    variables.add(name)
    return `$\{${name}}`
  }
  const words: string[] = []
  for (const entry of parse(command.replace(/\\\r?\n/g, ' '), keep)) {
    if (typeof entry === 'string') words.push(entry)
    else if ('pattern' in entry) words.push(entry.pattern)
    else if ('op' in entry)
      return fail(`The command has an unquoted ${entry.op}, where a shell ends it. Put the URL in quotes.`)
    else return fail('The command has an unquoted #, which begins a comment. Put the URL in quotes.')
  }
  const notes = [...variables].map(
    (name) => `$${name} is not expanded: the text \${${name}} stands for its value.`,
  )
  return { ok: true, value: words, notes }
}

function unknown(option: string): { readonly ok: false; readonly message: string } {
  const names = [...CURL_OPTIONS.keys()].map((name) => (name.length === 1 ? `-${name}` : `--${name}`))
  const near = suggestName(option, names)
  const meant = near === undefined ? '' : ` Did you mean ${near}?`
  return fail(
    `curl's option ${option} is not known here.${meant} Leave it out if it does not change the request.`,
  )
}

/** `-sSLk`, `-XPOST`, `-sH 'a: b'`: options of one letter together, the last with a value. */
function splitShort(word: string, next: () => string | undefined): CurlPart[] | string {
  const parts: CurlPart[] = []
  for (let i = 1; i < word.length; i++) {
    const name = word.charAt(i)
    const option = CURL_OPTIONS.get(name)
    if (!option) return `-${name}`
    if (!option.takesValue) {
      parts.push({ meaning: option.meaning, value: '' })
      continue
    }
    const rest = word.slice(i + 1)
    const value = rest === '' ? next() : rest
    if (value === undefined) return `-${name} `
    return [...parts, { meaning: option.meaning, value }]
  }
  return parts
}

function splitLong(word: string, next: () => string | undefined): CurlPart[] | string {
  const option = CURL_OPTIONS.get(word.slice(2))
  if (!option || word.length === 3) return word
  if (!option.takesValue) return [{ meaning: option.meaning, value: '' }]
  const value = next()
  return value === undefined ? `${word} ` : [{ meaning: option.meaning, value }]
}

/** Options and URLs in their order. Every option that is not known is an error: its value could be taken for a URL. */
export function splitCurl(command: string): Split<readonly CurlPart[]> {
  const words = splitWords(command)
  if (!words.ok) return words
  const [name, ...rest] = words.value
  if (name !== 'curl') return fail('The command does not begin with curl.')
  const parts: CurlPart[] = []
  const queue = rest.values()
  const next = (): string | undefined => queue.next().value
  for (let word = next(); word !== undefined; word = next()) {
    if (word === '' || word === '-' || !word.startsWith('-')) {
      parts.push({ meaning: 'url', value: word })
      continue
    }
    const split = word.startsWith('--') ? splitLong(word, next) : splitShort(word, next)
    if (typeof split !== 'string') parts.push(...split)
    else if (split.endsWith(' ')) return fail(`curl's option ${split.trim()} has no value.`)
    else return unknown(split)
  }
  return { ok: true, value: parts, notes: words.notes }
}
