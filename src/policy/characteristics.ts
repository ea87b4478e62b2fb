/**
 * What a limit counts by, in the notation of Cloudflare's rules.
 * @module
 */
import { z } from 'zod'
import type { Characteristic } from '../bundle/model.ts'
import { readWith } from './fields.ts'
import { quoteText } from './problem.ts'
import { suggestFix } from './suggest.ts'

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

const KNOWN = [...PLAIN, ...KEYED.map((kind) => `${kind}["name"]`)]

export type CharacteristicResult =
  | { readonly ok: true; readonly value: Characteristic }
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

/** Reads one characteristic, as `ip.src` or `http.request.headers["x-api-key"]`. */
export function parseCharacteristic(text: string): CharacteristicResult {
  const plain = PLAIN.find((kind) => kind === text)
  if (plain) return { ok: true, value: { kind: plain } }
  const match = /^([a-z._]{1,40})\["([^"\]]{1,200})"\]$/.exec(text)
  const keyed = KEYED.find((kind) => kind === match?.[1])
  if (keyed) return checkName(keyed, match?.[2] ?? '', text)
  const bare = KEYED.find((kind) => kind === text)
  if (bare) return { ok: false, message: `${text} needs a name`, fix: `Write ${bare}["name"].` }
  return { ok: false, message: `${quoteText(text)} is nothing to count by`, fix: suggestFix(text, KNOWN) }
}

export const characteristicField: z.ZodType<Characteristic> = readWith(z.string(), parseCharacteristic)
