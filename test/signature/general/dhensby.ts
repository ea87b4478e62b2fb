/** The npm library http-message-signatures as a contender. */
import { httpbis } from 'http-message-signatures'
import type { SignatureAlgorithm } from '../../../src/signature/general/algorithm.ts'
import type { FieldLines, Message, RequestMessage } from '../../../src/signature/general/message.ts'
import type { Contender } from './contender.ts'
import { pairsOf, urlOf } from './library-message.ts'
import { rawCrypto } from './raw-crypto.ts'

function recordOf(lines: FieldLines): Record<string, string | string[]> {
  const record: Record<string, string[]> = {}
  for (const { name, value } of pairsOf(lines)) {
    record[name.toLowerCase()] = [...(record[name.toLowerCase()] ?? []), value]
  }
  return Object.fromEntries(
    Object.entries(record).map(([name, [only = '', ...more]]) => [
      name,
      more.length > 0 ? [only, ...more] : only,
    ]),
  )
}

function flatten(message: RequestMessage) {
  return { method: message.method, url: urlOf(message), headers: recordOf(message.fields) }
}

/** Its clock cannot be set: the tolerance makes up for vectors of other years. */
const DHENSBY_TOLERANCE = 1e9

function verifyFlat(
  message: Message,
  keyid: string,
  alg: SignatureAlgorithm,
  verify: (data: Uint8Array, signature: Uint8Array) => boolean,
): Promise<boolean | null> {
  const config = {
    keyLookup: async (parameters: { keyid?: string }) =>
      parameters.keyid === keyid
        ? { id: keyid, algs: [alg], verify: async (data: Buffer, code: Buffer) => verify(data, code) }
        : null,
    tolerance: DHENSBY_TOLERANCE,
  }
  if (message.kind === 'request') return httpbis.verifyMessage(config, flatten(message))
  const response = { status: message.status, headers: recordOf(message.fields) }
  return message.request
    ? httpbis.verifyMessage(config, response, flatten(message.request))
    : httpbis.verifyMessage(config, response)
}

export const dhensby: Contender = {
  name: 'http-message-signatures',
  async sign(message, claim, key) {
    const config = {
      key: { id: claim.keyid, sign: async (data: Buffer) => rawCrypto(key).sign(data) },
      name: claim.label,
      params: ['created', 'expires', 'nonce', 'keyid', 'tag'],
      paramValues: {
        created: new Date(claim.created * 1000),
        expires: new Date((claim.created + claim.ttl) * 1000),
        nonce: claim.nonce,
        keyid: claim.keyid,
        tag: claim.tag,
      },
      fields: [...claim.components],
    }
    const signed =
      message.kind === 'request'
        ? await httpbis.signMessage(config, flatten(message))
        : await httpbis.signMessage(
            config,
            { status: message.status, headers: recordOf(message.fields) },
            message.request && flatten(message.request),
          )
    return {
      signatureInput: String(signed.headers['Signature-Input']),
      signature: String(signed.headers.Signature),
    }
  },
  verify: (message, _label, keyid, key) =>
    verifyFlat(message, keyid, key.alg, rawCrypto(key).verify).then((result) => result === true),
  async base(message, _label, keyid, { alg }) {
    let base = ''
    await verifyFlat(message, keyid, alg, (data) => {
      base = Buffer.from(data).toString('latin1')
      return true
    })
    return base
  },
}
