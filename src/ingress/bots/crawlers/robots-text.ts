/**
 * Reads a robots.txt the way crawlers do: forgiving, and bounded (RFC 9309 sections 2.2 and 2.5).
 * @module
 */
import { normalizePattern, type RobotsRule } from './robots-rule.ts'

/** One group: who it is about, what they may fetch, and other lines for them, as `Crawl-delay: 5`. */
export interface RobotsGroup {
  /** Product tokens as they are compared, in lower case; `*` is everybody else. */
  readonly tokens: ReadonlySet<string>
  readonly rules: readonly RobotsRule[]
  readonly extras: readonly string[]
}

export interface RobotsText {
  readonly groups: readonly RobotsGroup[]
  /** A token as it is written, by its lower-case form. */
  readonly names: ReadonlyMap<string, string>
  /** Lines that are about no crawler in particular, such as `Sitemap`. */
  readonly globals: readonly string[]
  /** Lines that are comments and nothing else, with their `#`. */
  readonly comments: readonly string[]
}

/** What crawlers read at least, and most of them at most (RFC 9309 section 2.5), in characters. */
export const LONGEST_ROBOTS: number = 500 * 1024
const LONGEST_LINE = 2048
const MOST_TOKENS = 1000
const MOST_EXTRAS = 20
const MOST_GLOBALS = 1000
/** Asterisks of a pattern. */
const MOST_STARS = 16
const LONGEST_COMMENTS = 32 * 1024

const USER_AGENT = /^user[ -]?agent$/
const ALLOW = 'allow'
/** As Google's parser takes them: a typing error that closes a door is still meant to. */
const DISALLOW: ReadonlySet<string> = new Set([
  'disallow',
  'dissallow',
  'dissalow',
  'disalow',
  'diasllow',
  'disallaw',
])
/** These do not end a list of user agents, and are about the whole site. */
const GLOBAL: ReadonlySet<string> = new Set(['sitemap', 'site-map', 'host'])
const NAME = /^[A-Za-z][A-Za-z-]{0,40}$/
const TAB = 9

/**
 * The product token of a User-agent line. Crawlers compare letters, `-` and `_` (RFC 9309 section 2.2.1), but some
 * have digits, points and spaces in their names; so what is known by name is taken as a whole, and of all else the
 * first word, as a parser that keeps to the letter reads `GPTBot (all of them)`.
 */
function tokenOf(value: string, known: ReadonlySet<string>): string {
  if (/^\*(?:\s|$)/.test(value)) return '*'
  const slash = value.indexOf('/')
  const whole = (slash === -1 ? value : value.slice(0, slash)).trim()
  return known.has(whole.toLowerCase()) ? whole : (/^[A-Za-z0-9._-]{1,64}/.exec(value)?.[0] ?? '')
}

/** @param known Tokens of the policy, in lower case. */
export function readRobots(text: string, known: ReadonlySet<string>): RobotsText {
  const reader = new Reader(known)
  let from = text.charCodeAt(0) === 0xfeff ? 1 : 0
  const whole = text.length > LONGEST_ROBOTS ? text.lastIndexOf('\n', LONGEST_ROBOTS) : text.length
  while (from < whole) {
    let end = from
    while (end < whole && text[end] !== '\n' && text[end] !== '\r') end++
    if (end - from <= LONGEST_LINE) reader.read(text.slice(from, end))
    from = end + 1
  }
  return reader
}

interface OpenGroup {
  readonly tokens: Set<string>
  readonly rules: RobotsRule[]
  readonly extras: string[]
}

class Reader implements RobotsText {
  readonly groups: OpenGroup[] = []
  readonly names: Map<string, string> = new Map()
  readonly globals: string[] = []
  readonly comments: string[] = []
  readonly #known: ReadonlySet<string>
  #commented = 0
  #group: OpenGroup | undefined
  /** A rule has come: another User-agent line starts a new group. */
  #isClosed = false

  constructor(known: ReadonlySet<string>) {
    this.#known = known
  }

  read(line: string): void {
    if (hasControls(line)) return
    const hash = line.indexOf('#')
    const content = (hash === -1 ? line : line.slice(0, hash)).trim()
    if (content === '') this.#comment(line.trim())
    else {
      const pair = splitLine(content)
      if (pair) this.#take(pair[0], pair[1], content)
    }
  }

  #comment(line: string): void {
    this.#commented += line.length
    if (line !== '' && this.#commented <= LONGEST_COMMENTS) this.comments.push(line)
  }

  #take(name: string, value: string, line: string): void {
    const key = name.toLowerCase()
    if (USER_AGENT.test(key)) this.#addToken(value)
    else if (key === ALLOW) this.#addRule(true, value)
    else if (DISALLOW.has(key)) this.#addRule(false, value)
    else if (!NAME.test(name)) return
    else if (GLOBAL.has(key) || this.#group === undefined) {
      if (this.globals.length < MOST_GLOBALS) this.globals.push(line)
    } else {
      this.#isClosed = true
      if (this.#group.extras.length < MOST_EXTRAS) this.#group.extras.push(line)
    }
  }

  #addToken(value: string): void {
    if (this.#group === undefined || this.#isClosed) {
      this.#group = { tokens: new Set(), rules: [], extras: [] }
      this.groups.push(this.#group)
      this.#isClosed = false
    }
    const name = tokenOf(value, this.#known)
    const token = name.toLowerCase()
    if (name === '' || (!this.names.has(token) && this.names.size >= MOST_TOKENS)) return
    if (!this.names.has(token)) this.names.set(token, name)
    this.#group.tokens.add(token)
  }

  #addRule(allow: boolean, value: string): void {
    this.#isClosed = true
    // An empty pattern is no rule: `Disallow:` forbids nothing.
    if (this.#group === undefined || (value[0] !== '/' && value[0] !== '*')) return
    const pattern = normalizePattern(value.replace(/\*{2,}/g, '*'))
    const parts = pattern.split('*', MOST_STARS + 1)
    // So many are there to make readers slow: what closes then closes more, and nothing is opened.
    if (parts.length <= MOST_STARS) this.#group.rules.push({ allow, pattern })
    else if (!allow) this.#group.rules.push({ allow, pattern: parts.slice(0, -1).join('*') })
  }
}

/** Name and value; a forgotten colon is taken for one, as Google's parser does, when there are just two words. */
function splitLine(content: string): readonly [name: string, value: string] | undefined {
  const colon = content.indexOf(':')
  if (colon !== -1) return [content.slice(0, colon).trim(), content.slice(colon + 1).trim()]
  const words = content.split(/\s+/)
  return words.length === 2 ? [words[0] ?? '', words[1] ?? ''] : undefined
}

function hasControls(line: string): boolean {
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i)
    if ((code < 0x20 && code !== TAB) || code === 0x7f) return true
  }
  return false
}
