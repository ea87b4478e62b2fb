/**
 * A request in a rule's examples or a test: `/path`, `GET https://host/path`, or a map of what it has.
 * @module
 */
import { z } from 'zod'
import { formatAddress, parseAddress } from '../net/address.ts'
import { parseCountry } from './countries.ts'
import { type FieldResult, methodField, readWith, strict } from './fields.ts'
import { ASNS } from './list-kinds.ts'
import { quoteText } from './problem.ts'
import type { RequestExample } from './test-case.ts'

const MAX_URL = 70_000
const MAX_HEADERS = 200
/** Characters. */
const MAX_BODY = 65_536
const EXAMPLE = 'Write a path as /a?b=c, or a URL as https://app.example.com/a.'

/** The URL of a request stays as it is written: tests are about dots and escapes too. */
function checkUrl(text: string): FieldResult<string> {
  // A password would go into the log of a build.
  const shown = text.includes('@') ? 'The URL' : quoteText(text)
  if (text.length > MAX_URL)
    return { ok: false, message: 'The URL is too long', fix: `Keep it below ${MAX_URL}.` }
  if (!/^[\x21-\x7e]+$/.test(text)) {
    const fix = 'Percent-encode them: clients send none either.'
    return { ok: false, message: `${shown} has blanks or letters outside ASCII`, fix }
  }
  if (text.startsWith('/') || text === '*') return { ok: true, value: text }
  if (!/^https?:\/\/[^/?#@]+(?:[/?]|$)/.test(text)) {
    return { ok: false, message: `${shown} is neither a path nor a URL`, fix: EXAMPLE }
  }
  return { ok: true, value: text }
}

/** `GET /a`, `/a` or a URL. */
function readShort(text: string): FieldResult<RequestExample> {
  const match = /^(?:([A-Za-z-]{1,32}) )?(\S+)$/.exec(text.trim())
  const shown = text.includes('@') ? 'This' : quoteText(text)
  if (!match)
    return { ok: false, message: `${shown} is no request`, fix: `${EXAMPLE} A method may come first.` }
  const method = match[1] ?? 'GET'
  if (method !== method.toUpperCase()) {
    const fix = `Write ${method.toUpperCase()}: methods are case-sensitive.`
    return { ok: false, message: `${quoteText(method)} is not a method`, fix }
  }
  const url = checkUrl(match[2] ?? '')
  return url.ok ? { ok: true, value: { method, url: url.value, headers: [] } } : url
}

const ipField = readWith(z.string(), (text): FieldResult<string> => {
  const address = parseAddress(text)
  if (address) return { ok: true, value: formatAddress(address) }
  const fix = 'Write one address, as 192.0.2.1 or 2001:db8::1.'
  return { ok: false, message: `${quoteText(text)} is not an IP address`, fix }
})

const asnField = readWith(
  z.union([z.int(), z.string()], { error: 'must be a number, as 64500 or AS64500' }),
  (value) => ASNS.parse(String(value)),
)

/** A short text that goes into the facts as it is. */
function wordField(pattern: RegExp, example: string): z.ZodType<string> {
  return readWith(z.string(), (text) =>
    pattern.test(text)
      ? { ok: true, value: text }
      : { ok: false, message: `${quoteText(text)} is not possible here`, fix: `Write it as ${example}.` },
  )
}

/** Header fields by name. */
export const headersField: z.ZodType<RequestExample['headers']> = readWith(
  z.record(
    z.string(),
    z.union([z.string(), z.array(z.string()).max(MAX_HEADERS)], {
      error: 'must be text, in quotes if it is a number, or a list of texts',
    }),
  ),
  (fields): FieldResult<RequestExample['headers']> => {
    const headers = Object.entries(fields).flatMap(([name, values]) =>
      [values].flat().map((value) => [name, value] as const),
    )
    const wrong = headers.find(([name]) => !/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}$/.test(name))
    if (wrong) {
      const fix = 'Write letters, digits and -, without colon or spaces.'
      return { ok: false, message: `${quoteText(wrong[0])} is not a header name`, fix }
    }
    const bad = headers.find(([, value]) => !/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
    if (bad) {
      const fix = 'A header is one line of characters up to U+00FF.'
      return { ok: false, message: `The value of ${quoteText(bad[0])} cannot be sent`, fix }
    }
    return { ok: true, value: headers }
  },
)

const longField = strict({
  method: methodField.default('GET'),
  url: readWith(z.string(), checkUrl),
  ip: ipField.optional(),
  country: readWith(z.string(), parseCountry).optional(),
  asn: asnField.optional(),
  colo: wordField(/^[A-Z]{3}$/, 'FRA').optional(),
  tls: wordField(/^(?:TLSv1(?:\.[1-3])?|SSLv3)$/, 'TLSv1.3').optional(),
  http: wordField(/^HTTP\/(?:1\.[01]|2|3)$/, 'HTTP/2').optional(),
  headers: headersField.prefault({}),
  body: z.string().max(MAX_BODY).optional(),
}).transform((given): RequestExample => {
  const { method, url, headers, ...client } = given
  const known = Object.fromEntries(Object.entries(client).filter(([, value]) => value !== undefined))
  return { method, url, ...known, headers }
})

/** The id makes it one definition in the editors' schema. */
export const requestField: z.ZodType<RequestExample> = z
  .union([readWith(z.string(), readShort), longField], {
    error: 'must be /path, GET https://host/path, or a map with url',
  })
  .meta({ id: 'request' })
