/**
 * The kinds of fields that `bots.yaml` has beside those of other files.
 * @module
 */
import { z } from 'zod'
import type { ChallengeStep } from '../../bundle/bots-model.ts'
import { type FieldResult, readWith, strict } from '../fields.ts'
import { quoteText } from '../problem.ts'
import { checkOrigin } from '../urls.ts'

export const stepField: z.ZodType<ChallengeStep> = z.enum([
  'none',
  'wait',
  'proof-of-work',
  'interactive',
  'deny',
])

const SITE_FIX = 'Write https:// and the host, as https://agent.example.'

function readSite(text: string): FieldResult<string> {
  const checked = checkOrigin(text)
  if (!checked.ok) return { ...checked, fix: SITE_FIX }
  const { protocol, port, hostname } = new URL(text)
  if (protocol !== 'https:' || port !== '')
    return { ok: false, message: `${quoteText(text)} is not https on its own port`, fix: SITE_FIX }
  // Directories are fetched from here: names that the public can resolve, no addresses and no `localhost`.
  if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+$/.test(hostname))
    return { ok: false, message: `${quoteText(text)} names no public host`, fix: SITE_FIX }
  return { ok: true, value: text }
}

/** `https://agent.example`: a host that keys are fetched from. */
export const siteField: z.ZodType<string> = readWith(z.string(), readSite)

function readSecureUrl(text: string): FieldResult<string> {
  const fix = 'Write an https URL, as https://dns.example/dns-query.'
  if (text.length > 2048 || !URL.canParse(text)) return { ok: false, message: 'This is not a URL', fix }
  const { protocol, username, password, hash } = new URL(text)
  if (protocol !== 'https:') return { ok: false, message: 'This URL is not https', fix }
  if (username !== '' || password !== '' || hash !== '')
    return { ok: false, message: 'This URL has a user name, a password or a fragment', fix }
  return { ok: true, value: text }
}

/** An https URL without anything secret in it. */
export const secureUrlField: z.ZodType<string> = readWith(z.string(), readSecureUrl)

/** The name of an agent, as its operator writes it. */
export const agentNameField: z.ZodType<string> = readWith(z.string(), (text) =>
  /^[A-Za-z0-9 \-_./!+'()&:]{1,64}$/.test(text) && text.trim() === text
    ? { ok: true, value: text }
    : {
        ok: false,
        message: `${quoteText(text)} is not the name of an agent`,
        fix: "Write 1 to 64 letters, digits, blanks and -_./!+'()&: as its operator does.",
      },
)

/** A name in robots.txt (RFC 9309 section 2.2.1: letters, `_` and `-`). */
export const robotsTokenField: z.ZodType<string> = readWith(z.string(), (text) =>
  /^[A-Za-z][A-Za-z_-]{0,63}$/.test(text)
    ? { ok: true, value: text }
    : {
        ok: false,
        message: `${quoteText(text)} is not a product token of robots.txt`,
        fix: 'Write letters, - and _ only, as ExampleBot (RFC 9309 section 2.2.1).',
      },
)

/** A literal that is looked for in User-Agent fields, in any case. */
export const patternField: z.ZodType<string> = readWith(z.string(), (text) =>
  /^[\x20-\x7e]{3,64}$/.test(text) && text.trim().length >= 3
    ? { ok: true, value: text }
    : {
        ok: false,
        message: `${quoteText(text)} is not a text to look for`,
        fix: 'Write 3 to 64 characters of ASCII as they are in the User-Agent; it is no regular expression.',
      },
)

/** The end of the names of an operator's addresses: `.googlebot.com`. */
export const dnsSuffixField: z.ZodType<string> = readWith(z.string(), (text) =>
  /^(?:\.[a-z0-9_-]{1,63}){2,10}$/.test(text) && text.length <= 200
    ? { ok: true, value: text }
    : {
        ok: false,
        message: `${quoteText(text)} is not the end of a host name`,
        // A suffix of one label would make everybody below a top-level domain the operator.
        fix: 'Write it in lower case with a dot before it and at least two labels, as .bots.example.',
      },
)

/** `USD 0.01`: an ISO 4217 code and a decimal number above zero. */
export const priceField: z.ZodType<string> = readWith(z.string(), (text) =>
  /^[A-Z]{3} (?:0|[1-9][0-9]{0,5})(?:\.[0-9]{1,6})?$/.test(text) && /[1-9]/.test(text)
    ? { ok: true, value: text }
    : {
        ok: false,
        message: `${quoteText(text)} is not a price`,
        fix: 'Write the currency and the amount of one request, as USD 0.01, at most six decimals.',
      },
)

/**
 * JA3 (MD5 in hex), JA4, or Cloudflare's `tlsClientCiphersSha1` (SHA-1, in base64 or hex). Hex is made lower case;
 * base64 cannot be.
 */
export const tlsHashField: z.ZodType<string> = readWith(z.string(), (text) => {
  const plain = text.toLowerCase()
  if (/^(?:[0-9a-f]{32}|[0-9a-f]{40}|[a-z][0-9a-z]{9}_[0-9a-f]{12}_[0-9a-f]{12})$/.test(plain))
    return { ok: true, value: plain }
  if (/^[A-Za-z0-9+/]{27}=$/.test(text)) return { ok: true, value: text }
  return {
    ok: false,
    message: `${quoteText(text)} is not the hash of a TLS handshake`,
    fix: 'Write a JA3 hash, a JA4 hash as t13d1516h2_8daaf6152771_e5627efa2ab1, or a tlsClientCiphersSha1.',
  }
})

/** The file of the operator's own page. */
export const templateField: z.ZodType<string> = readWith(z.string(), (text) =>
  /^bots\/[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.html$/.test(text)
    ? { ok: true, value: text }
    : {
        ok: false,
        message: `${quoteText(text)} is not a file of the folder bots/`,
        fix: 'Write bots/challenge.html, and put the page there.',
      },
)

function readMazePath(text: string): FieldResult<string> {
  if (/^\/(?:[A-Za-z0-9][A-Za-z0-9_-]*\/){1,8}$/.test(text) && text.length <= 200)
    return { ok: true, value: text }
  const fix = 'Write a path with a slash at both ends, of letters, digits, - and _, as /reading-room/.'
  return { ok: false, message: `${quoteText(text)} is not the path of a maze`, fix }
}

/** A prefix with a slash at both ends, in canonical form whatever is done to it. */
export const mazePathField: z.ZodType<string> = readWith(z.string(), readMazePath)

const sitekeyField: z.ZodType<string> = readWith(z.string(), (text) =>
  /^[A-Za-z0-9_-]{1,128}$/.test(text)
    ? { ok: true, value: text }
    : { ok: false, message: 'This is not a sitekey', fix: 'Copy it from the dashboard of the service.' },
)

export const providerField: z.ZodType<{ kind: 'turnstile' | 'hcaptcha'; sitekey: string }> = strict({
  kind: z.enum(['turnstile', 'hcaptcha']),
  sitekey: sitekeyField,
})
