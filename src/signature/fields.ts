/**
 * The two signed fields that say who the client is and what the edge made of the request: dictionaries of
 * structured fields (RFC 9651) in one fixed key order, so that each value has exactly one spelling.
 * @module
 */

/** Who sent the request. */
export interface ClientFields {
  /** IPv4 or IPv6 address in its usual text form, without brackets or zone. */
  readonly ip: string
  /** The public host the client asked for: lower case, with its port unless that is the scheme's default. */
  readonly host: string
  readonly scheme: 'http' | 'https'
  /** The client's own port. */
  readonly port?: number
  /** ISO 3166-1 alpha-2, or Cloudflare's `T1` and `XX`. */
  readonly country?: string
  /** Autonomous system number. */
  readonly asn?: number
  /** IATA code of the data centre. */
  readonly colo?: string
  /** For example `TLSv1.3`. */
  readonly tls?: string
  /** For example `HTTP/2`. */
  readonly protocol?: string
}

/** What the edge decided. A request that is forwarded has passed. */
export interface Verdict {
  readonly action: 'pass'
  /** Version of the policy. */
  readonly policy: string
  /** Id of the route. */
  readonly route: string
  /** Ids of the rules in `log` mode that would have refused the request; at most 16. */
  readonly log: readonly string[]
  /**
   * What is known of the client as an automated one: `<verdict> <band> <score> <signals> <agent>` with `none` or `-`
   * for what there is not, signals with commas between them, the agent's name last as it may have spaces.
   * Printable ASCII without `"` and `\\`, 1 to 128 characters.
   */
  readonly bot?: string
}

const IP = '(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9a-f:]{2,39}|[0-9a-f:]{2,30}(?:[0-9]{1,3}\\.){3}[0-9]{1,3})'
const HOST = '(?:[a-z0-9_][a-z0-9._-]{0,252}|\\[[0-9a-f:.]{2,45}\\])(?::[1-9][0-9]{0,4})?'
const PORT = '[1-9][0-9]{0,4}'
const COUNTRY = '[A-Z0-9]{2}'
const ASN = '0|[1-9][0-9]{0,9}'
const COLO = '[A-Z0-9]{3,8}'
// Printable ASCII without the two characters that a structured-field string escapes (RFC 9651 section 4.1.6).
const WORD = '[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]{1,32}'
const ID = '[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]{1,128}'
const MAX_LOGGED = 16

const CLIENT = new RegExp(
  `^ip="(${IP})", host="(${HOST})", scheme=(https?)(?:, port=(${PORT}))?(?:, country="(${COUNTRY})")?` +
    `(?:, asn=(${ASN}))?(?:, colo="(${COLO})")?(?:, tls="(${WORD})")?(?:, protocol="(${WORD})")?$`,
)

const VERDICT = new RegExp(
  `^action=pass, policy="(${ID})", route="(${ID})"(?:, log=\\(("${ID}"(?: "${ID}"){0,${MAX_LOGGED - 1}})\\))?(?:, bot="(${ID})")?$`,
)

// Pure, so that a bundle that only reads leaves them out.
const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`)
const IP_WHOLE: RegExp = /* @__PURE__ */ whole(IP)
const HOST_WHOLE: RegExp = /* @__PURE__ */ whole(HOST)
const PORT_WHOLE: RegExp = /* @__PURE__ */ whole(PORT)
const COUNTRY_WHOLE: RegExp = /* @__PURE__ */ whole(COUNTRY)
const ASN_WHOLE: RegExp = /* @__PURE__ */ whole(ASN)
const COLO_WHOLE: RegExp = /* @__PURE__ */ whole(COLO)
const WORD_WHOLE: RegExp = /* @__PURE__ */ whole(WORD)
const ID_WHOLE: RegExp = /* @__PURE__ */ whole(ID)

/** The longest value either parser looks at, in characters. */
const MAX_LENGTH = 4096

function member(key: string, value: string | number | undefined, form: RegExp): string {
  if (value === undefined) return ''
  const text = String(value)
  if (!form.test(text)) return ''
  return typeof value === 'number' ? `, ${key}=${text}` : `, ${key}="${text}"`
}

/**
 * The value of `Sallyport-Client`, or `undefined` when `ip` or `host` cannot be written. An optional fact
 * that cannot be written is left out: saying nothing is safe, saying something else is not.
 */
export function serializeClient(client: ClientFields): string | undefined {
  if (!IP_WHOLE.test(client.ip) || !HOST_WHOLE.test(client.host)) return undefined
  return (
    `ip="${client.ip}", host="${client.host}", scheme=${client.scheme}` +
    member('port', client.port, PORT_WHOLE) +
    member('country', client.country, COUNTRY_WHOLE) +
    member('asn', client.asn, ASN_WHOLE) +
    member('colo', client.colo, COLO_WHOLE) +
    member('tls', client.tls, WORD_WHOLE) +
    member('protocol', client.protocol, WORD_WHOLE)
  )
}

/** Reads `Sallyport-Client`; `undefined` for anything `serializeClient` would not have written. */
export function parseClient(value: string): ClientFields | undefined {
  const match = value.length <= MAX_LENGTH ? CLIENT.exec(value) : null
  if (!match) return undefined
  const [, ip = '', host = '', scheme, port, country, asn, colo, tls, protocol] = match
  const client: { -readonly [K in keyof ClientFields]: ClientFields[K] } = {
    ip,
    host,
    scheme: scheme === 'https' ? 'https' : 'http',
  }
  if (port !== undefined) client.port = Number(port)
  if (country !== undefined) client.country = country
  if (asn !== undefined) client.asn = Number(asn)
  if (colo !== undefined) client.colo = colo
  if (tls !== undefined) client.tls = tls
  if (protocol !== undefined) client.protocol = protocol
  return client
}

const UNPLAIN = /[^\x20\x21\x23\x24\x26-\x5b\x5d-\x7e]+/g

/** Percent-encodes (UTF-8) what a plain string cannot hold, and `%` itself so that decoding is unambiguous. */
function escapeId(id: string): string {
  return id.replace(UNPLAIN, (part) => encodeURIComponent(part.toWellFormed()))
}

function unescapeId(text = ''): string | undefined {
  if (!text.includes('%')) return text
  try {
    const id = decodeURIComponent(text)
    return escapeId(id) === text ? id : undefined
  } catch {
    return undefined
  }
}

/**
 * The value of `Sallyport-Verdict`, or `undefined` when an id is empty or longer than 128 characters when
 * written. Of the logged ids the first 16 are kept.
 */
export function serializeVerdict(verdict: Verdict): string | undefined {
  const policy = escapeId(verdict.policy)
  const route = escapeId(verdict.route)
  if (!ID_WHOLE.test(policy) || !ID_WHOLE.test(route)) return undefined
  const start = `action=pass, policy="${policy}", route="${route}"`
  const bot = member('bot', verdict.bot, ID_WHOLE)
  if (verdict.log.length === 0) return start + bot
  const log = verdict.log.slice(0, MAX_LOGGED).map(escapeId)
  return log.every((id) => ID_WHOLE.test(id)) ? `${start}, log=("${log.join('" "')}")${bot}` : undefined
}

/** Reads `Sallyport-Verdict`; `undefined` for anything `serializeVerdict` would not have written. */
export function parseVerdict(value: string): Verdict | undefined {
  const match = value.length <= MAX_LENGTH ? VERDICT.exec(value) : null
  if (!match) return undefined
  const [, first, second, list, bot] = match
  const ids = [first, second, ...(list?.slice(1, -1).split('" "') ?? [])].map(unescapeId)
  if (ids.includes(undefined)) return undefined
  const [policy = '', route = '', ...log] = ids as string[]
  return { action: 'pass', policy, route, log, ...(bot && { bot }) }
}

/** A request id: bounded, printable, nothing that a log or a header could misread. */
const REQUEST_ID = /^"([A-Za-z0-9][A-Za-z0-9._-]{7,63})"$/

/** The value of `Sallyport-Request-Id`: a string item, as a UUID may start with a digit and a token may not. */
export function serializeRequestId(id: string): string {
  return `"${id}"`
}

/** The id, or `undefined` for any other value. */
export function parseRequestId(value: string): string | undefined {
  return REQUEST_ID.exec(value)?.[1]
}
