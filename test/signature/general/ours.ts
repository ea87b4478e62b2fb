/** Ours as a contender. */
import type { FieldLines, Message } from '../../../src/signature/general/message.ts'
import { parseDictionary } from '../../../src/signature/general/parse-structured.ts'
import { serializeItem } from '../../../src/signature/general/serialize-structured.ts'
import type { SignResult } from '../../../src/signature/general/sign-message.ts'
import { createSigner, createVerifier } from '../../../src/signature/general/signature.ts'
import { importSigningKey, importVerifyingKey } from '../../../src/signature/general/webcrypto-key.ts'
import type { Contender } from './contender.ts'

const LIMITS = { maxLength: 10_000, maxValues: 1000 }

export function withLines(message: Message, more: FieldLines): Message {
  return { ...message, fields: [...message.fields, ...more] }
}

const policyFor = (label: string, maxAge: number) =>
  ({
    select: { label },
    components: [],
    parameters: [],
    maxAge,
    skew: 5,
    fieldTypes: { 'example-dict': 'dictionary' },
  }) as const

/** An identifier as options have it: without the quotes around the name. */
const plain = (identifier: string): string => identifier.replace(/^"([^"]*)"/, '$1')

export const ours: Contender = {
  name: 'sallyport',
  async sign(message, claim, { alg, jwk }) {
    const signer = createSigner({
      key: { ...(await importSigningKey(alg, jwk)), keyid: claim.keyid },
      label: claim.label,
      components: claim.components.map(plain),
      ttl: claim.ttl,
      tag: claim.tag,
      fieldTypes: { 'example-dict': 'dictionary' },
    })
    const result: SignResult = await signer.sign(message, { created: claim.created, nonce: claim.nonce })
    if (!result.ok) throw new Error(`${result.failure} ${result.component}`)
    return result
  },
  async verify(message, label, keyid, { alg, jwk }, now) {
    const key = await importVerifyingKey(alg, jwk)
    const findKey = (id: string | undefined) => (id === keyid ? key : undefined)
    const verifier = createVerifier({ policy: policyFor(label, 60), findKey })
    return (await verifier.verify(message, now)).ok
  },
  async base(message, label, _keyid, { alg }, now) {
    let base = ''
    const verify = (bytes: Uint8Array): boolean => {
      base = Buffer.from(bytes).toString('latin1')
      return true
    }
    const verifier = createVerifier({ policy: policyFor(label, 60), findKey: () => ({ alg, verify }) })
    const result = await verifier.verify(message, now)
    if (!result.ok) throw new Error(result.failure)
    return base
  },
}

/** The covered components of one label, as the signature base has them. */
export function identifiersOf(signatureInput: string, label: string): readonly string[] {
  const member = parseDictionary(signatureInput, LIMITS)?.members.get(label)
  return member?.kind === 'list' ? member.items.map(serializeItem) : []
}
