/** The RFC's own vectors, with both npm libraries beside ours. */
import { describe, expect, test } from 'vitest'
import { createSigner } from '../../../src/signature/general/signature.ts'
import { importSigningKey } from '../../../src/signature/general/webcrypto-key.ts'
import { cloudflare } from './cloudflare.ts'
import { dhensby } from './dhensby.ts'
import { jwkOf, loadExam, toMessage } from './exam.ts'
import { identifiersOf, ours } from './ours.ts'
import { sumUp, takeExam } from './score.ts'

const exam = loadExam()

describe.skipIf(!exam)('RFC 9421', async () => {
  const scores = exam ? await takeExam(exam, ours) : []

  test('all of it is there', () => {
    expect(sumUp(scores)).toEqual({
      verify: [20, 20],
      base: [15, 15],
      component: [34, 34],
      'must-fail': [14, 14],
    })
  })

  test.each(scores)('$part: $name', ({ right }) => {
    expect(right).toBe(true)
  })

  test.each(exam?.mustFail ?? [])('signing refuses: $section $why', async ({ message, components }) => {
    const claim = {
      label: 'sig',
      keyid: 'k',
      created: 1_618_884_473,
      ttl: 60,
      nonce: 'n',
      tag: 't',
      components,
    }
    const key = { alg: 'hmac-sha256', jwk: { kty: 'oct', k: 'a'.repeat(43) } } as const
    await expect(ours.sign(toMessage(message, 'https'), claim, key)).rejects.toThrow()
  })

  test('the runner tells right from wrong: neither library gets all of it right', async () => {
    if (!exam) return
    for (const library of [cloudflare, dhensby]) {
      const sums = Object.values(sumUp(await takeExam(exam, library)))
      const right = sums.reduce((sum, [own]) => sum + own, 0)
      console.log(`RFC 9421 vectors, ${library.name}: ${right} of 83`)
      expect(right).toBeGreaterThan(60)
      expect(right).toBeLessThan(83)
    }
  })

  const deterministic = exam?.vectors.filter((vector) => vector.deterministic && vector.valid) ?? []
  test.each(deterministic)('$id: signing gives the bytes that the RFC prints', async (vector) => {
    if (!exam) return
    const { alg, keyid, label, scheme } = vector
    const key = { ...(await importSigningKey(alg, jwkOf(exam, keyid))), keyid }
    const components = identifiersOf(vector.signatureInput, label).map((text) => text.replaceAll('"', ''))
    const signer = createSigner({ key, label, components })
    const signed = await signer.sign(toMessage(vector.message, scheme), { created: 1_618_884_473 })
    expect(signed).toEqual({
      ok: true,
      signatureInput: vector.signatureInput,
      signature: vector.signature,
    })
  })
})
