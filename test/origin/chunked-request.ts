/** Requests as the edge sends them when a body goes in authenticated chunks. */
import { type BodyPlan, CHUNK_SIZE, formatBodyPlan } from '../../src/signature/body-chain.ts'
import type { Key } from '../../src/signature/keys.ts'
import type { Received } from '../../src/signature/verify.ts'
import { frame } from '../signature/chunk-fixtures.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'
import { addField, getField, sendFromEdge } from './edge.ts'

export interface ChunkedOptions {
  readonly isDeclared: boolean
  readonly key?: Key
  readonly size?: number
  readonly target?: string
  readonly type?: string
}

export interface ChunkedRequest {
  /** Without what frames the content. */
  readonly received: Received
  readonly chunks: readonly Uint8Array[]
}

export async function chunkRequest(
  body: Uint8Array,
  { isDeclared, key = HMAC_KEY, size = CHUNK_SIZE, target = '/', type = 'text/plain' }: ChunkedOptions,
): Promise<ChunkedRequest> {
  const plan: BodyPlan = isDeclared ? { size, length: body.length } : { size }
  const created = Math.floor(Date.now() / 1000)
  const message = { method: 'POST', path: target, query: '?', body: formatBodyPlan(plan) }
  const received = await sendFromEdge({ created, message, key })
  const signature = Buffer.from(getField(received, 'Signature').slice('sallyport=:'.length, -1), 'base64')
  return {
    received: addField(received, 'Content-Type', type),
    chunks: await frame(body, { plan, signature, key }),
  }
}

/** The head, and the content in HTTP's own framing, as text of one character per byte. */
export function writeChunked(
  received: Received,
  pieces: readonly Uint8Array[],
  how: 'length' | 'chunks',
): readonly string[] {
  const texts = pieces.map((piece) => Buffer.from(piece).toString('latin1'))
  const total = texts.reduce((sum, text) => sum + text.length, 0)
  const framed =
    how === 'length'
      ? addField(received, 'Content-Length', String(total))
      : addField(received, 'Transfer-Encoding', 'chunked')
  let head = `${framed.method} ${framed.target} HTTP/1.1\r\n`
  for (let i = 0; i < framed.fields.length; i += 2) head += `${framed.fields[i]}: ${framed.fields[i + 1]}\r\n`
  if (how === 'length') return [`${head}\r\n`, ...texts]
  const wrapped = texts
    .filter((text) => text !== '')
    .map((text) => `${text.length.toString(16)}\r\n${text}\r\n`)
  return [`${head}\r\n`, ...wrapped, '0\r\n\r\n']
}
