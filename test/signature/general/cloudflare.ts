/** The npm library http-message-sig as a contender. */
import {
  createSignature,
  type MessageDescriptor,
  type RequestDescriptor,
  type SignatureComponent,
  verifySignature,
} from 'http-message-sig'
import type { SignatureAlgorithm } from '../../../src/signature/general/algorithm.ts'
import type { Message, RequestMessage } from '../../../src/signature/general/message.ts'
import { parseItem } from '../../../src/signature/general/parse-structured.ts'
import type { Contender } from './contender.ts'
import { pairsOf, urlOf } from './library-message.ts'
import { rawCrypto } from './raw-crypto.ts'

const LIMITS = { maxLength: 10_000, maxValues: 1000 }

function describeRequest(request: RequestMessage): RequestDescriptor {
  return {
    kind: 'request',
    method: request.method,
    targetUri: urlOf(request),
    requestTarget: request.target,
    fields: pairsOf(request.fields),
  }
}

function describe(message: Message): MessageDescriptor {
  if (message.kind === 'request') return describeRequest(message)
  const response = { kind: 'response', status: message.status, fields: pairsOf(message.fields) } as const
  return message.request ? { ...response, request: describeRequest(message.request) } : response
}

function toDescriptor(identifier: string): SignatureComponent {
  const item = parseItem(identifier, LIMITS)
  if (!item) throw new Error(`no identifier: ${identifier}`)
  const parameters = Object.fromEntries(
    [...item.parameters].map(([key, { value }]) => [key, value as string]),
  )
  return { name: String(item.value.value), parameters }
}

function verifyDescribed(
  message: Message,
  label: string,
  keyid: string,
  alg: SignatureAlgorithm,
  now: number,
  verify: (data: Uint8Array, signature: Uint8Array) => boolean,
): Promise<unknown> {
  const policy = { algorithms: [alg], requiredComponents: [], requiredParameters: [], now, clockSkew: 5 }
  return verifySignature(describe(message), {
    label,
    policy,
    resolveVerifier: ({ parameters }) => {
      if (parameters.keyid !== keyid) throw new Error('no such key')
      return { algorithm: alg, verify }
    },
  })
}

export const cloudflare: Contender = {
  name: 'http-message-sig',
  sign: (message, claim, key) =>
    createSignature(describe(message), {
      label: claim.label,
      components: claim.components.map(toDescriptor),
      parameters: {
        created: claim.created,
        expires: claim.created + claim.ttl,
        nonce: claim.nonce,
        keyid: claim.keyid,
        tag: claim.tag,
      },
      signer: { algorithm: key.alg, sign: (data) => new Uint8Array(rawCrypto(key).sign(data)) },
    }),
  async verify(message, label, keyid, key, now) {
    await verifyDescribed(message, label, keyid, key.alg, now, rawCrypto(key).verify)
    return true
  },
  async base(message, label, keyid, { alg }, now) {
    let base = ''
    await verifyDescribed(message, label, keyid, alg, now, (data) => {
      base = Buffer.from(data).toString('latin1')
      return true
    })
    return base
  },
}
