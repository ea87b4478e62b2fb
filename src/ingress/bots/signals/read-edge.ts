/**
 * What Cloudflare says of the connection and of the client, of types that nobody has promised.
 *
 * The fields of TLS handshakes, `ja4` and `signedAgent` are documented and not in the published types.
 * @module
 */
import type { ClientFacts, EdgeProperties } from '../../../http/facts.ts'

export interface EdgeFacts {
  /** What the client offered, before Cloudflare replaced it; `undefined` when nothing is known of it. */
  readonly encodings: string | undefined
  /** Hash of the ciphers in the order of the handshake: SHA-1 in base64. */
  readonly ciphers: string | undefined
  readonly ja3: string | undefined
  readonly ja4: string | undefined
  /** Of Bot Management: 1 is certainly a program, 99 certainly a person; 0 without it. */
  readonly score: number
  readonly verifiedBot: boolean
  /** It comes through the proxy of a company that Cloudflare knows. */
  readonly corporateProxy: boolean
}

const NOTHING: EdgeFacts = {
  encodings: undefined,
  ciphers: undefined,
  ja3: undefined,
  ja4: undefined,
  score: 0,
  verifiedBot: false,
  corporateProxy: false,
}

/** Longer than any hash, and than any list of encodings that a browser offers. */
const MAX_TEXT = 256

export function readEdge({ edge }: ClientFacts): EdgeFacts {
  if (edge === undefined) return NOTHING
  const { clientAcceptEncoding, tlsClientCiphersSha1, botManagement } = edge
  const bot = isProperties(botManagement) ? botManagement : undefined
  return {
    encodings: readText(clientAcceptEncoding),
    ciphers: readText(tlsClientCiphersSha1),
    ja3: readText(bot?.ja3Hash),
    ja4: readText(bot?.ja4),
    score: readScore(bot?.score),
    verifiedBot: isTrue(bot?.verifiedBot),
    corporateProxy: isTrue(bot?.corporateProxy),
  }
}

function isProperties(value: unknown): value is EdgeProperties {
  return typeof value === 'object' && value !== null
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= MAX_TEXT ? value : undefined
}

/** 1 to 99, also as text; 0 for all else. */
function readScore(value: unknown): number {
  const score = typeof value === 'string' && /^[0-9]{1,2}$/.test(value) ? Number(value) : value
  return typeof score === 'number' && score >= 1 && score <= 99 ? score : 0
}

function isTrue(value: unknown): boolean {
  return value === true || value === '1' || value === 'true'
}
