/** A key, a signed request and a policy that accepts it. */
import { createHmac } from 'node:crypto'
import type { RequestMessage } from '../../../src/signature/general/message.ts'
import type { SigningKey } from '../../../src/signature/general/sign-message.ts'
import { createSigner, type VerificationPolicy } from '../../../src/signature/general/signature.ts'
import type { VerifyingKey } from '../../../src/signature/general/verify-signature.ts'

export const NOW = 1_795_000_000

const mac = (base: Uint8Array): Buffer => createHmac('sha256', 'secret').update(base).digest()

export const SIGNING: SigningKey = {
  alg: 'hmac-sha256',
  keyid: 'k1',
  sign: (base) => new Uint8Array(mac(base)),
}

export const VERIFYING: VerifyingKey = {
  alg: 'hmac-sha256',
  verify: (base, signature) => mac(base).equals(signature),
}

export const REQUEST: RequestMessage = {
  kind: 'request',
  method: 'POST',
  target: '/orders?id=7',
  scheme: 'https',
  fields: ['Host', 'api.example', 'Content-Type', 'application/json'],
}

export const COMPONENTS = [
  '@method',
  '@authority',
  '@path',
  '@query-param;name="id"',
  'content-type',
] as const

export const POLICY: VerificationPolicy = {
  select: { label: 'sig1' },
  components: ['@method', '@authority', '@path'],
  parameters: ['keyid', 'expires'],
  maxAge: 300,
  skew: 5,
}

const signer = createSigner({ key: SIGNING, label: 'sig1', components: COMPONENTS, ttl: 60, tag: 'orders' })

/** The values of both fields for `REQUEST`. */
export async function signRequest(
  request: RequestMessage = REQUEST,
): Promise<{ readonly signatureInput: string; readonly signature: string }> {
  const signed = await signer.sign(request, { created: NOW, nonce: 'abc' })
  if (!signed.ok) throw new Error(signed.failure)
  return signed
}

export function addSignature(
  request: RequestMessage,
  lines: { readonly signatureInput: string; readonly signature: string },
): RequestMessage {
  const fields = [...request.fields, 'Signature-Input', lines.signatureInput, 'Signature', lines.signature]
  return { ...request, fields }
}
