/** The vectors of Web Bot Auth, both drafts and both algorithms, with http-message-sig beside ours. */
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { verifySignature, webcrypto } from 'http-message-sig'
import { describe, expect, test } from 'vitest'
import { createSignatureCheck } from '../../../../src/ingress/bots/web-bot-auth/check-signature.ts'
import { createKeyDirectory } from '../../../../src/ingress/bots/web-bot-auth/key-directory.ts'
import type { Jwk } from '../../../../src/signature/general/webcrypto-key.ts'
import { createFacts } from '../../../http/facts.ts'
import { publicJwk, publish } from './signed-request.ts'

interface Vector {
  readonly key: Jwk
  readonly target_url: string
  readonly created_ms: number
  readonly label: string
  readonly signature: string
  readonly signature_input: string
  readonly signature_agent?: string
}

const FOLDER = new URL('../../../../../shared/exams/bots/', import.meta.url)
const isThere = existsSync(FOLDER)
if (!isThere) console.log('Web Bot Auth vectors: skipped, ../shared/exams/bots is not there')

function load(version: 'v1' | 'v2'): readonly (Vector & { readonly name: string })[] {
  if (!isThere) return []
  const file = new URL(`web_bot_auth_architecture_${version}.json.gz`, FOLDER)
  const vectors: Vector[] = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'))
  return vectors.map((vector) => ({
    ...vector,
    name: `${version} ${vector.key.kty} ${vector.signature_agent ?? 'without agent'}`,
  }))
}

const VECTORS = [...load('v1'), ...load('v2')]
const HOST = 'https://signature-agent.test'

function headersOf(vector: Vector): [string, string][] {
  const { signature_agent: agent } = vector
  return [
    ['host', new URL(vector.target_url).host],
    ['signature-input', vector.signature_input],
    ['signature', vector.signature],
    ...(agent === undefined ? [] : [['signature-agent', agent] as [string, string]]),
  ]
}

describe.skipIf(!isThere)('the vectors of Web Bot Auth', () => {
  test('are eight', () => {
    expect(VECTORS).toHaveLength(8)
  })

  test.each(VECTORS)('$name is verified, with the policy of a deployment', async (vector) => {
    const keys = createKeyDirectory([HOST])
    const created = vector.created_ms / 1000
    keys.replace(HOST, [await publish(vector.key)], created)
    const check = createSignatureCheck({ mode: 'enforce', hosts: [HOST], max_age: 300, skew: 5 }, keys)
    const { host, pathname } = new URL(vector.target_url)
    const facts = createFacts({ host, target: pathname, headers: headersOf(vector) })
    expect(await check(facts, (created + 10) * 1000)).toEqual({ kind: 'verified', agentHost: HOST })
    expect(await check(facts, (created + 306) * 1000)).toMatchObject({ kind: 'failed' })
    const other = createFacts({ host: 'www.example.com', target: pathname, headers: headersOf(vector) })
    const changed = {
      ...other,
      headers: createFacts({ headers: [...headersOf(vector).slice(1), ['host', 'www.example.com']] }).headers,
    }
    expect(await check(changed, (created + 10) * 1000)).toMatchObject({ kind: 'failed', why: 'mismatch' })
  })

  test.each(VECTORS)('$name is verified by http-message-sig too', async (vector) => {
    const isRsa = vector.key.kty === 'RSA'
    const algorithm = isRsa ? { name: 'RSA-PSS', hash: 'SHA-512' } : { name: 'Ed25519' }
    const jwk = publicJwk(vector.key)
    const key = await crypto.subtle.importKey('jwk', jwk, algorithm, true, ['verify'])
    const fields = headersOf(vector).map(([name, value]) => ({ name, value }))
    const verified = await verifySignature(
      { kind: 'request', method: 'GET', targetUri: vector.target_url, fields },
      {
        label: vector.label,
        policy: {
          algorithms: ['rsa-pss-sha512', 'ed25519'],
          requiredComponents: ['@authority'],
          requiredParameters: ['created', 'expires', 'keyid', 'tag'],
          maxAge: 300,
          clockSkew: 5,
          now: vector.created_ms / 1000 + 10,
        },
        resolveVerifier: () => webcrypto.verifier(key),
      },
    )
    expect(verified.label).toBe(vector.label)
  })
})
