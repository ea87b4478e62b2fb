/**
 * Between Envoy's ext_authz and the verifier.
 * @module
 */
import type { Received } from '../../signature/verify.ts'
import { claimsIdentity } from '../restore.ts'
import type { Answer } from './answer.ts'
import type { CheckRequest, CheckResponse, HeaderValue } from './ext-authz-messages.ts'
import { OVERWRITE } from './ext-authz-messages.ts'
import type { OriginalFailure } from './modes.ts'

/**
 * The client's request as Envoy has read it. Envoy joins repeated fields with commas unless it is told to send
 * them raw; no covered value and no signature has a comma where that would put one, so both are refused.
 */
export function readCheck(check: CheckRequest): Received | OriginalFailure {
  const http = check.attributes?.request?.http
  if (!http?.method || !http.path || !http.host) return 'original-missing'
  const { method, path, host, headers, headerMap } = http
  const raw = headerMap?.headers ?? []
  // One or the other; together they could tell two stories.
  if (headers.length > 0 && raw.length > 0) return 'original-repeated'
  const fields = ['Host', host]
  for (const { key, value } of headers) if (!isPseudo(key)) fields.push(key, value)
  for (const { key, value, rawValue } of raw) {
    if (!isPseudo(key)) fields.push(key, rawValue?.length ? decodeLatin1(rawValue) : value)
  }
  return { method, target: path, fields }
}

/** HTTP/2's own names for parts of the request line (RFC 9113 section 8.3): attributes of their own here. */
function isPseudo(name: string): boolean {
  return name.startsWith(':')
}

function decodeLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

/** google.rpc.Code */
const CODE = { 200: 0, 401: 16, 403: 7 } as const

/** @param received The request that is answered: of its fields, those that claim an identity are removed. */
export function formatCheck(answer: Answer, received: Received | OriginalFailure): CheckResponse {
  const { status, body } = answer
  const headers: { header: HeaderValue; appendAction: number }[] = []
  const set = new Set<string>()
  for (let i = 0; i < answer.fields.length; i += 2) {
    // Lower case: that is how Envoy has them.
    const key = (answer.fields[i] ?? '').toLowerCase()
    if (key === 'content-length') continue
    set.add(key)
    headers.push({ header: { key, value: answer.fields[i + 1] ?? '' }, appendAction: OVERWRITE })
  }
  if (status !== 200) {
    return { status: { code: CODE[status] }, deniedResponse: { status: { code: status }, headers, body } }
  }
  const fields = typeof received === 'string' ? [] : received.fields
  return {
    status: { code: CODE[200] },
    okResponse: { headers, headersToRemove: listClaims(fields, set) },
  }
}

/** Names of fields that claim an identity which is not ours to give, each once. */
function listClaims(fields: readonly string[], set: ReadonlySet<string>): string[] {
  const names = new Set<string>()
  for (let i = 0; i < fields.length; i += 2) {
    const name = (fields[i] ?? '').toLowerCase()
    if (!set.has(name) && claimsIdentity(name)) names.add(name)
  }
  return [...names]
}
