/**
 * Requests of a signed agent. The base is put together here by hand and signed by node:crypto, so that nothing of
 * what is tested makes the tests, and so that wrong things can be signed rightly.
 */
import { constants, createPrivateKey, sign } from 'node:crypto'
import type { RequestFacts } from '../../../../src/http/facts.ts'
import {
  createKeyDirectory,
  type KeyDirectory,
} from '../../../../src/ingress/bots/web-bot-auth/key-directory.ts'
import {
  type PublishedKey,
  readPublishedKey,
} from '../../../../src/ingress/bots/web-bot-auth/published-key.ts'
import type { Jwk } from '../../../../src/signature/general/webcrypto-key.ts'
import { createFacts } from '../../../http/facts.ts'
import { KEYS } from '../../../signature/general/keys.ts'

export const HOST = 'https://agent.example'
export const OTHER_HOST = 'https://other-agent.example'
/** Seconds since the epoch. */
export const CREATED = 1_795_000_000
export const NOW: number = (CREATED + 10) * 1000
export const POLICY = { mode: 'enforce', hosts: [HOST, OTHER_HOST], max_age: 300, skew: 5 } as const

export const PRIVATE_KEYS: Readonly<Record<'ed25519' | 'rsa-pss-sha512', Jwk>> = KEYS

export type Alg = keyof typeof PRIVATE_KEYS

const PUBLIC_MEMBERS = ['kty', 'crv', 'x', 'n', 'e']

export function publicJwk(jwk: Jwk): Record<string, unknown> {
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => PUBLIC_MEMBERS.includes(name)))
}

export async function publish(jwk: Jwk, more: Readonly<Record<string, unknown>> = {}): Promise<PublishedKey> {
  const key = await readPublishedKey({ ...publicJwk(jwk), ...more })
  if (!key) throw new Error('no key that can be published')
  return key
}

export const PUBLISHED: Readonly<Record<Alg, PublishedKey>> = {
  ed25519: await publish(PRIVATE_KEYS.ed25519),
  'rsa-pss-sha512': await publish(PRIVATE_KEYS['rsa-pss-sha512']),
}

/** Holds the keys of `HOST`; the directory of the other host is there and has none of them. */
export function openKeys(fetched: number = CREATED): KeyDirectory {
  const keys = createKeyDirectory([HOST, OTHER_HOST])
  keys.replace(HOST, Object.values(PUBLISHED), fetched)
  keys.replace(OTHER_HOST, [], fetched)
  return keys
}

export function signBase(base: string, alg: Alg): string {
  const key = createPrivateKey({ key: { ...PRIVATE_KEYS[alg] }, format: 'jwk' })
  const bytes = Buffer.from(base, 'latin1')
  if (alg === 'ed25519') return sign(null, bytes, key).toString('base64')
  const padding = constants.RSA_PKCS1_PSS_PADDING
  return sign('sha512', bytes, { key, padding, saltLength: 64 }).toString('base64')
}

export interface SignedRequest {
  readonly alg: Alg
  readonly label: string
  /** Identifiers and values as they stand in the base. */
  readonly covered: readonly (readonly [identifier: string, value: string])[]
  /** In this order; numbers are written as integers. */
  readonly parameters: Readonly<Record<string, string | number>>
  /** Header fields besides the signature's. */
  readonly headers: readonly (readonly [string, string])[]
  readonly target: string
}

export const V1: SignedRequest = {
  alg: 'ed25519',
  label: 'sig1',
  covered: [
    ['"@authority"', 'app.example'],
    ['"signature-agent"', `"${HOST}"`],
  ],
  parameters: {
    created: CREATED,
    keyid: PUBLISHED.ed25519.keyid,
    expires: CREATED + 60,
    nonce: 'bm9uY2Utbm9uY2Utbm9uY2U=',
    tag: 'web-bot-auth',
  },
  headers: [
    ['host', 'app.example'],
    ['user-agent', 'Mozilla/5.0'],
    ['signature-agent', `"${HOST}"`],
  ],
  target: '/page?x=1',
}

export const V2: SignedRequest = {
  ...V1,
  covered: [
    ['"@authority"', 'app.example'],
    ['"signature-agent";key="sig1"', `"${HOST}"`],
  ],
  headers: [
    ['host', 'app.example'],
    ['user-agent', 'Mozilla/5.0'],
    ['signature-agent', `sig1="${HOST}"`],
  ],
}

/** With one parameter other or, when `undefined`, without it. */
export function withParameter(
  request: SignedRequest,
  name: string,
  value: string | number | undefined,
): SignedRequest {
  const { [name]: _, ...others } = request.parameters
  return { ...request, parameters: value === undefined ? others : { ...others, [name]: value } }
}

export function withAgent(request: SignedRequest, field: string, covered = field): SignedRequest {
  const headers = request.headers.filter(([name]) => name !== 'signature-agent')
  return {
    ...request,
    headers: [...headers, ['signature-agent', field]],
    covered: request.covered.map(([identifier, value]) =>
      identifier.startsWith('"signature-agent"') ? [identifier, covered] : [identifier, value],
    ),
  }
}

export interface SignatureLines {
  readonly input: string
  readonly signature: string
}

export function signLines({ alg, label, covered, parameters }: SignedRequest): SignatureLines {
  const list = covered.map(([identifier]) => identifier).join(' ')
  const written = Object.entries(parameters).map(([name, value]) =>
    typeof value === 'number' ? `;${name}=${value}` : `;${name}="${value}"`,
  )
  const text = `(${list})${written.join('')}`
  const lines = covered.map(([identifier, value]) => `${identifier}: ${value}\n`).join('')
  const signature = signBase(`${lines}"@signature-params": ${text}`, alg)
  return { input: `${label}=${text}`, signature: `${label}=:${signature}:` }
}

export function toFacts(
  request: SignedRequest,
  { input, signature }: SignatureLines = signLines(request),
): RequestFacts {
  return createFacts({
    target: request.target,
    headers: [...request.headers, ['signature-input', input], ['signature', signature]],
  })
}
