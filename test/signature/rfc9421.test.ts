/** The RFC's own vectors, as far as this profile reaches: its algorithms and its derived components. */
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { importOriginKey } from '../../src/origin/mac.ts'
import { formatAuthority, splitTarget } from '../../src/signature/base.ts'
import type { Key } from '../../src/signature/keys.ts'
import { readSigned } from '../../src/signature/verify.ts'
import { importVerifyingKey } from '../../src/signature/webcrypto.ts'

interface Message {
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [string, string])[]
}

interface Vectors {
  readonly keys: {
    readonly 'test-shared-secret': { readonly b64: string }
    readonly 'test-key-ed25519': { readonly jwk: { readonly x: string } }
  }
  readonly vectors: readonly {
    readonly id: string
    readonly alg: string
    readonly signature: string
    readonly signatureInput: string
    /** `null` where the vector only says that the message must be refused. */
    readonly base: string | null
    readonly valid: boolean
    readonly message: Message
  }[]
  readonly components: readonly {
    readonly identifier: string
    readonly value: string
    readonly message: Message
  }[]
}

const EXAM = new URL('../../../shared/exams/signature/rfc9421-vectors.json.gz', import.meta.url)

function load(): Vectors | undefined {
  if (!existsSync(EXAM)) {
    console.log('RFC 9421 vectors: skipped, ../shared/exams/signature is not there')
    return undefined
  }
  return JSON.parse(gunzipSync(readFileSync(EXAM)).toString('utf8'))
}

const exam = load()

describe.skipIf(!exam)('RFC 9421', () => {
  const keyFor = (alg: string): Key => {
    const { keys } = exam ?? { keys: undefined }
    if (alg === 'ed25519')
      return {
        kty: 'OKP',
        crv: 'Ed25519',
        x: keys?.['test-key-ed25519'].jwk.x ?? '',
        kid: 'k',
        alg: 'EdDSA',
        use: 'sig',
      }
    const k = Buffer.from(keys?.['test-shared-secret'].b64 ?? '', 'base64').toString('base64url')
    return { kty: 'oct', k, kid: 'k', alg: 'HS256', use: 'sig' }
  }
  const ours =
    exam?.vectors.filter(({ alg, base }) => base !== null && (alg === 'hmac-sha256' || alg === 'ed25519')) ??
    []

  test.each(ours)(
    '$id: the $alg signature of its base is judged right by both runtimes’ cryptography',
    async ({ alg, base, signature, valid }) => {
      const bytes = new Uint8Array(Buffer.from(/:(.*):/.exec(signature)?.[1] ?? '', 'base64'))
      expect(importOriginKey(keyFor(alg)).check(base ?? '', bytes)).toBe(valid)
      expect(await (await importVerifyingKey(keyFor(alg))).verify(base ?? '', bytes)).toBe(valid)
    },
  )

  test.each(exam?.vectors ?? [])(
    '$id: a signature of another profile is refused by its form',
    ({ message, signature, signatureInput }) => {
      const fields = [
        ...message.headers.flat(),
        'Signature',
        signature,
        'Signature-Input',
        signatureInput,
        'Sallyport-Client',
        'a',
      ]
      const received = {
        method: message.method,
        target: message.target,
        fields: [...fields, 'Sallyport-Verdict', 'b', 'Sallyport-Request-Id', 'c'],
      }
      expect(readSigned(received, { findKey: () => undefined, now: 1, skew: 5, maxTtl: 60 }).ok).toBe(false)
    },
  )

  const derived =
    exam?.components.filter(({ identifier }) => /^"@(authority|path|query)"$/.test(identifier)) ?? []
  test.each(derived)('$identifier of $message.target is $value', ({ identifier, value, message }) => {
    const { path, query } = splitTarget(message.target)
    const host = message.headers.find(([name]) => name === 'Host')?.[1] ?? ''
    const components: Record<string, string> = {
      '"@path"': path,
      '"@query"': query,
      '"@authority"': formatAuthority(host, 'https'),
    }
    expect(components[identifier]).toBe(value)
  })
})
