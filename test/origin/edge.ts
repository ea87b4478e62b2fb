/** The edge's part in the origin's tests: signs requests and turns them into what comes off the wire. */
import { createHash, randomBytes } from 'node:crypto'
import type { SignedMessage } from '../../src/signature/base.ts'
import { formatContentDigest } from '../../src/signature/digest.ts'
import type { Key } from '../../src/signature/keys.ts'
import { createSigner } from '../../src/signature/sign.ts'
import type { Received } from '../../src/signature/verify.ts'
import { importSigningKey } from '../../src/signature/webcrypto.ts'
import { MESSAGE, receive } from '../signature/fixtures.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'

export interface EdgeRequest {
  readonly message?: Partial<SignedMessage>
  readonly created: number
  readonly ttl?: number
  readonly key?: Key
  readonly body?: string
}

/** Signs like the edge does; `ttl` is checked by the signer, so longer lives take `signWith`. */
export async function sendFromEdge({
  message,
  created,
  ttl = 30,
  key = HMAC_KEY,
  body,
}: EdgeRequest): Promise<Received> {
  const digest = body === undefined ? {} : { contentDigest: digestOf(body) }
  const full = { ...MESSAGE, ...digest, ...message }
  const { keyid, mac } = await importSigningKey(key)
  const signed = await createSigner({ keyid, mac, ttl }).sign(full, {
    created,
    nonce: randomBytes(16).toString('base64url'),
  })
  return receive(full, signed)
}

export function digestOf(body: string): string {
  return formatContentDigest(createHash('sha256').update(body).digest())
}

/** Replaces, or with `undefined` removes, the value of one field. */
export function setField(received: Received, name: string, value: string | undefined): Received {
  const fields: string[] = []
  for (let i = 0; i < received.fields.length; i += 2) {
    const [key = '', old = ''] = received.fields.slice(i, i + 2)
    if (key.toLowerCase() !== name.toLowerCase()) fields.push(key, old)
    else if (value !== undefined) fields.push(key, value)
  }
  return { ...received, fields }
}

export function getField(received: Received, name: string): string {
  const at = received.fields.findIndex((key, i) => i % 2 === 0 && key.toLowerCase() === name.toLowerCase())
  return received.fields[at + 1] ?? ''
}

export function addField(received: Received, name: string, value: string): Received {
  return { ...received, fields: [...received.fields, name, value] }
}

/** The bytes of a request, with exactly the fields given. */
export function toWire(received: Received, body = ''): string {
  const { method, target, fields } = received
  let head = `${method} ${target} HTTP/1.1\r\n`
  for (let i = 0; i < fields.length; i += 2) head += `${fields[i]}: ${fields[i + 1]}\r\n`
  return `${head}\r\n${body}`
}
