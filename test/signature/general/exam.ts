/** The vectors of RFC 9421, taken from its text: an exam that lies beside the checkout. */
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { SignatureAlgorithm } from '../../../src/signature/general/algorithm.ts'
import type { Message } from '../../../src/signature/general/message.ts'
import type { Jwk } from '../../../src/signature/general/webcrypto-key.ts'

export interface ExamMessage {
  readonly kind: 'request' | 'response'
  readonly method?: string
  readonly target?: string
  readonly status?: number
  readonly headers: readonly (readonly [string, string])[]
}

export interface SignatureVector {
  readonly id: string
  readonly alg: SignatureAlgorithm
  readonly keyid: string
  readonly label: string
  readonly message: ExamMessage
  readonly request: ExamMessage | null
  readonly signatureInput: string
  readonly signature: string
  /** `null` where the RFC prints none. */
  readonly base: string | null
  readonly valid: boolean
  readonly deterministic: boolean
  readonly scheme: 'http' | 'https'
}

export interface ComponentVector {
  readonly section: string
  readonly identifier: string
  readonly value: string
  readonly message: ExamMessage
  readonly scheme?: 'http' | 'https'
}

export interface RefusalVector {
  readonly section: string
  readonly why: string
  readonly message: ExamMessage
  readonly components: readonly string[]
}

export interface Exam {
  readonly keys: Readonly<Record<string, { readonly jwk?: Jwk; readonly b64?: string }>>
  readonly vectors: readonly SignatureVector[]
  readonly components: readonly ComponentVector[]
  readonly mustFail: readonly RefusalVector[]
}

const FILE = new URL('../../../../shared/exams/signature/rfc9421-vectors.json.gz', import.meta.url)

export function loadExam(): Exam | undefined {
  if (!existsSync(FILE)) {
    console.log('RFC 9421 vectors: skipped, ../shared/exams/signature is not there')
    return undefined
  }
  const exam: Exam = JSON.parse(gunzipSync(readFileSync(FILE)).toString('utf8'))
  return exam
}

/** The test key as a JWK; the shared secret is printed as bytes only. */
export function jwkOf(exam: Exam, keyid: string): Jwk {
  const { jwk, b64 = '' } = exam.keys[keyid] ?? {}
  return jwk ?? { kty: 'oct', k: Buffer.from(b64, 'base64').toString('base64url'), kid: keyid }
}

/** The vector's message as ours, with further field lines. */
export function toMessage(
  message: ExamMessage,
  scheme: 'http' | 'https',
  more: readonly string[] = [],
  request?: ExamMessage | null,
): Message {
  const fields = [...message.headers.flat(), ...more]
  if (message.kind === 'request') {
    const { method = '', target = '' } = message
    return { kind: 'request', method, target, scheme, fields }
  }
  const response = { kind: 'response', status: message.status ?? 0, fields } as const
  if (!request) return response
  const answered = toMessage(request, scheme)
  return answered.kind === 'request' ? { ...response, request: answered } : response
}
