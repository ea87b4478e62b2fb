/**
 * Signs whatever the battery asks for, also what no edge would sign. Written apart from `src/signature`, line by
 * line after RFC 9421 section 2.5, so that one mistake cannot be on both sides.
 * @module
 */
import type { SignedMessage } from '../../signature/base.ts'
import type { Attempt } from './attempt.ts'

/** What is about to be signed. */
export interface Draft {
  readonly label: string
  /** As they stand in `Signature-Input`, quotes and parameters included. */
  readonly components: readonly string[]
  /** Names and texts in the order in which they are written; `undefined` leaves one out. */
  readonly parameters: Readonly<Record<string, string | undefined>>
  /** Values of components that are not of the profile. */
  readonly values: Readonly<Record<string, string>>
  /** Whose secret makes the signature: the right one, another one of the same kind, or one of the other algorithm. */
  readonly secret: 'own' | 'foreign' | 'other-algorithm'
}

export interface DeskOptions {
  /** What the edge sends as `Host`. */
  readonly authority: string
  /** The public host that the signed facts name: lower case. */
  readonly host: string
  readonly scheme: 'http' | 'https'
  /** A path, with or without a query, that the application answers. */
  readonly target: string
  /** A path that passes unsigned. */
  readonly probe?: string | undefined
  /** Seconds since 1970. */
  readonly now: () => number
  readonly drawNonce: () => string
  readonly keyid: string
  /** Value of `User-Agent`. */
  readonly agent: string
  /** The signature of a base in base64, by one of the three secrets. */
  readonly signBase: (base: string, secret: Draft['secret']) => string
}

export interface Desk extends Pick<DeskOptions, 'authority' | 'host' | 'target' | 'keyid' | 'scheme'> {
  readonly probe: string
  /** Seconds since 1970. */
  readonly now: number
  /** A request as the edge would send it: `message` in place of its own, signed after `edit`. */
  sign(message?: Partial<SignedMessage>, edit?: (draft: Draft) => Draft): Attempt
  /** A request without any signature. */
  plain(target?: string, method?: string): Attempt
}

export const CLIENT = 'Sallyport-Client'
export const VERDICT = 'Sallyport-Verdict'
export const REQUEST_ID = 'Sallyport-Request-Id'
export const INPUT = 'Signature-Input'
export const SIGNATURE = 'Signature'
export const DIGEST = 'Content-Digest'

const COMPONENTS = [
  '"@method"',
  '"@authority"',
  '"@path"',
  '"@query"',
  '"sallyport-client"',
  '"sallyport-verdict"',
  '"sallyport-request-id"',
] as const

/** Seconds. */
const LIFE = 30

/** An address for documentation (RFC 5737): no visitor has it. */
export const CLIENT_IP = '203.0.113.77'
const ID = 'doctor-0192f0c1-7d5e-7abc-8def-0123456789ab'

function valuesOf(message: SignedMessage): Readonly<Record<string, string>> {
  return {
    '@method': message.method,
    '@authority': message.authority,
    '@path': message.path,
    '@query': message.query,
    'sallyport-client': message.client,
    'sallyport-verdict': message.verdict,
    'sallyport-request-id': message.requestId,
    'content-digest': message.contentDigest ?? '',
  }
}

function formatParameters({ components, parameters }: Draft): string {
  const listed = Object.entries(parameters).filter(([, text]) => text !== undefined)
  return `(${components.join(' ')})${listed.map(([name, text]) => `;${name}=${text}`).join('')}`
}

function formatBase(message: SignedMessage, draft: Draft): string {
  const values: Readonly<Record<string, string>> = { ...valuesOf(message), ...draft.values }
  const lines = draft.components.map((component) => {
    const name = /^"([^"]*)"/.exec(component)?.[1] ?? component
    return `${component}: ${values[name] ?? ''}`
  })
  return [...lines, `"@signature-params": ${formatParameters(draft)}`].join('\n')
}

function toAttempt(message: SignedMessage, draft: Draft, signature: string, agent: string): Attempt {
  const { method, authority, path, query, client, verdict, requestId, contentDigest } = message
  const fields = ['Host', authority, 'User-Agent', agent, CLIENT, client, VERDICT, verdict]
  fields.push(REQUEST_ID, requestId, INPUT, `${draft.label}=${formatParameters(draft)}`)
  fields.push(SIGNATURE, `${draft.label}=:${signature}:`)
  if (contentDigest !== undefined) fields.push(DIGEST, contentDigest)
  return {
    method,
    target: query === '?' ? path : path + query,
    version: 'HTTP/1.1',
    fields,
    body: '',
    signed: message,
  }
}

/** What the edge would say of a visitor's request for the target. */
function describeUsual({ authority, host, scheme, target }: DeskOptions): SignedMessage {
  const mark = target.indexOf('?')
  return {
    method: 'GET',
    authority: authority.toLowerCase(),
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '?' : target.slice(mark),
    client: `ip="${CLIENT_IP}", host="${host}", scheme=${scheme}, port=50123, country="NO", asn=64496`,
    verdict: 'action=pass, policy="0123456789abcdef", route="doctor"',
    requestId: `"${ID}"`,
  }
}

/** What the edge would sign of it, now. */
function draftUsual({ drawNonce, keyid }: DeskOptions, message: SignedMessage, now: number): Draft {
  const covers = message.contentDigest === undefined ? [] : ['"content-digest"']
  return {
    label: 'sallyport',
    components: [...COMPONENTS, ...covers],
    parameters: {
      created: String(now),
      expires: String(now + LIFE),
      nonce: `"${drawNonce()}"`,
      keyid: `"${keyid}"`,
      tag: '"sallyport-1"',
    },
    values: {},
    secret: 'own',
  }
}

export function createDesk(options: DeskOptions): Desk {
  const { authority, host, scheme, target, keyid, agent, probe = '/' } = options
  const now = Math.floor(options.now())
  const usual = describeUsual(options)
  return {
    authority,
    host,
    scheme,
    target,
    probe,
    now,
    keyid,
    sign(message = {}, edit = (draft) => draft) {
      const full = { ...usual, ...message }
      const draft = edit(draftUsual(options, full, now))
      return toAttempt(full, draft, options.signBase(formatBase(full, draft), draft.secret), agent)
    },
    plain: (path = target, method = 'GET') => ({
      method,
      target: path,
      version: 'HTTP/1.1',
      fields: ['Host', authority, 'User-Agent', agent],
      body: '',
    }),
  }
}
