/**
 * What a limit counts by: in the notation of Cloudflare's rules, or any expression that gives one value.
 * @module
 */
import type { Characteristic } from '../bundle/model.ts'
import { FIELD_DEFINITIONS } from '../http/rule-fields/definitions.ts'
import { quoteText } from './problem.ts'
import { suggestName } from './suggest.ts'

const PLAIN = [
  'ip.src',
  'cf.colo.id',
  'ip.src.asnum',
  'ip.src.country',
  'http.host',
  'http.request.method',
  'http.request.uri.path',
  'http.user_agent',
] as const

const KEYED = ['http.request.headers', 'http.request.cookies', 'http.request.uri.args'] as const

const FORM = 'http.request.body.form'

const KNOWN = [...PLAIN, ...[...KEYED, FORM].map((kind) => `${kind}["name"]`)]

/** Cloudflare's older names. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['ip.geoip.asnum', 'ip.src.asnum'],
  ['ip.geoip.country', 'ip.src.country'],
])

export type KnownCharacteristic = Exclude<Characteristic, { readonly kind: 'expression' }>

export type CharacteristicResult =
  | { readonly ok: true; readonly value: KnownCharacteristic }
  /** An expression, still to be parsed. */
  | { readonly ok: true; readonly expression: string }
  | { readonly ok: false; readonly message: string; readonly fix: string }

function checkName(kind: (typeof KEYED)[number], name: string, text: string): CharacteristicResult {
  if (kind === 'http.request.headers') {
    if (/^[!#$%&'*+.^`|~0-9A-Za-z-]{1,100}$/.test(name))
      return { ok: true, value: { kind, name: name.toLowerCase() } }
    const fix = 'Write letters, digits and -; headers with _ never reach the limits.'
    return { ok: false, message: `${quoteText(text)} does not name a header`, fix }
  }
  if (/^[\x21-\x7e]{1,100}$/.test(name)) return { ok: true, value: { kind, name } }
  return {
    ok: false,
    message: `${quoteText(text)} does not name one`,
    fix: 'Write 1 to 100 printable ASCII characters.',
  }
}

/** A name that no field has. */
function explainName(text: string): CharacteristicResult {
  const message = `${quoteText(text)} is nothing to count by`
  if (text === 'cf.unique_visitor_id')
    return {
      ok: false,
      message,
      fix: 'Only Cloudflare has it: count by a cookie of yours, http.request.cookies["name"].',
    }
  const parent = [...KEYED, FORM].find((kind) => text.startsWith(`${kind}.`))
  const near =
    parent === undefined
      ? suggestName(text, [...KNOWN, ...FIELD_DEFINITIONS.keys()])
      : `${parent}["${text.slice(parent.length + 1)}"]`
  const all = `Known here: ${KNOWN.join(', ')}, and any expression that gives one value.`
  return { ok: false, message, fix: near === undefined ? all : `Did you mean ${near}? ${all}` }
}

/** Reads one characteristic, as `ip.src`, `http.request.headers["x-api-key"]` or `lower(http.host)`. */
export function parseCharacteristic(written: string): CharacteristicResult {
  const text = ALIASES.get(written.trim()) ?? written.trim()
  const plain = PLAIN.find((kind) => kind === text)
  if (plain) return { ok: true, value: { kind: plain } }
  const match = /^([a-z._]{1,40})\["([^"\]]{1,200})"\]$/.exec(text)
  const keyed = KEYED.find((kind) => kind === match?.[1])
  if (keyed) return checkName(keyed, match?.[2] ?? '', text)
  const bare = KEYED.find((kind) => kind === text)
  if (bare) return { ok: false, message: `${text} needs a name`, fix: `Write ${bare}["name"].` }
  // Cloudflare's notation of a form's field, which is a list in expressions.
  if (match?.[1] === FORM) return { ok: true, expression: `${text}[0]` }
  if (/^[a-z0-9_.]*$/i.test(text) && !FIELD_DEFINITIONS.has(text)) return explainName(text)
  return { ok: true, expression: written }
}
