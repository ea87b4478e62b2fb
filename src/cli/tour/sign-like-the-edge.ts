/**
 * A request signed as the edge signs it: what an eavesdropper between the doors would hold.
 * @module
 */
import { readFile } from 'node:fs/promises'
import { serializeClient, serializeRequestId, serializeVerdict } from '../../signature/fields.ts'
import { parseKeySet } from '../../signature/keys.ts'
import { createNonceSource } from '../../signature/nonce.ts'
import { createSigner } from '../../signature/sign.ts'
import { importSigningKey } from '../../signature/webcrypto.ts'
import type { Sent } from './wire.ts'

const drawNonce = createNonceSource((bytes) => crypto.getRandomValues(bytes))

export async function signLikeTheEdge(keyFile: string, authority: string, path: string): Promise<Sent> {
  const parsed = parseKeySet(await readFile(keyFile, 'utf8'))
  const key = parsed.ok ? parsed.keySet.keys[0] : undefined
  if (key === undefined) throw new Error(`${keyFile} holds no key`)
  const { keyid, mac } = await importSigningKey(key)
  const client = serializeClient({ ip: '203.0.113.5', host: 'app.sallyport.example', scheme: 'https' }) ?? ''
  const verdict = serializeVerdict({ action: 'pass', policy: 'tour', route: 'site', log: [] }) ?? ''
  const requestId = serializeRequestId(crypto.randomUUID())
  const { signatureInput, signature } = await createSigner({ keyid, mac, ttl: 30 }).sign(
    { method: 'GET', authority, path, query: '?', client, verdict, requestId },
    { created: Math.floor(Date.now() / 1000), nonce: drawNonce() },
  )
  return {
    target: path,
    headers: {
      'sallyport-client': client,
      'sallyport-verdict': verdict,
      'sallyport-request-id': requestId,
      'signature-input': signatureInput,
      signature,
    },
  }
}
