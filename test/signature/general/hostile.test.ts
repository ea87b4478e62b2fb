/** What an attacker can make a verifier do: nothing for free. Times are for the bench. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RequestMessage } from '../../../src/signature/general/message.ts'
import { createVerifier } from '../../../src/signature/general/signature.ts'
import { HOSTILE } from './hostile-messages.ts'
import { addSignature, NOW, POLICY, REQUEST, signRequest, VERIFYING } from './message-fixtures.ts'

const signed = await signRequest()

/** Counts what costs: key look-ups and signature checks. */
async function count(message: RequestMessage, select = POLICY.select) {
  const calls = { ok: false, lookUps: 0, checks: 0 }
  const key = {
    alg: VERIFYING.alg,
    verify: (base: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>) => {
      calls.checks++
      return VERIFYING.verify(base, signature)
    },
  }
  const findKey = () => {
    calls.lookUps++
    return key
  }
  const policy = { ...POLICY, select, parameters: [], components: [] }
  const result = await createVerifier({ policy, findKey }).verify(message, NOW)
  return { ...calls, ok: result.ok, failure: result.ok ? undefined : result.failure }
}

describe('hostile signature fields', () => {
  test.each(HOSTILE)('$name: refused with at most one look-up and one check', async ({ fields, failure }) => {
    const calls = await count({ ...REQUEST, fields: [...REQUEST.fields, ...fields] })
    expect(calls).toMatchObject({ ok: false, failure })
    expect(calls.lookUps).toBeLessThanOrEqual(1)
    expect(calls.checks).toBeLessThanOrEqual(1)
  })

  test('sixteen signatures of one key cost one check', async () => {
    const labels = Array.from({ length: 15 }, (_, i) => `l${i}`)
    const others = {
      signatureInput: labels.map((label) => `${label}=();created=${NOW};keyid="k1"`).join(', '),
      signature: labels.map((label) => `${label}=:${'A'.repeat(43)}=:`).join(', '),
    }
    const message = addSignature(addSignature(REQUEST, others), signed)
    expect(await count(message)).toMatchObject({ ok: true, lookUps: 1, checks: 1 })
    const wrong = await count(message, { label: 'l3' })
    expect(wrong).toMatchObject({ failure: 'mismatch', lookUps: 1, checks: 1 })
  })

  test('that are random never throw and never verify', async () => {
    const piece = fc.constantFrom(
      ...[
        'sig1',
        '=',
        '(',
        ')',
        ' ',
        ',',
        ';',
        '"',
        ':',
        '"@method"',
        '"x-a"',
        ';key="a"',
        ';bs',
        ';sf',
        ';req',
      ],
      ...[
        ';tr',
        `;created=${NOW}`,
        ';keyid="k1"',
        ';expires=1',
        'AAAA',
        ':YQ==:',
        '\\',
        '\0',
        '\u00e9',
        '?1',
        '@',
      ],
    )
    const text = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(''))
    const input = fc.oneof(
      text,
      text.map((tail) => `sig1=("@method"${tail}`),
    )
    await fc.assert(
      fc.asyncProperty(input, text, text, async (signatureInput, signature, value) => {
        const request = { ...REQUEST, fields: [...REQUEST.fields, 'X-A', value] }
        const calls = await count(addSignature(request, { signatureInput, signature: `sig1=:${signature}` }))
        expect(calls.ok).toBe(false)
      }),
      { numRuns: 1000 },
    )
  })

  test('with one bit of the signed request turned are refused', async () => {
    const message = addSignature(REQUEST, signed)
    const lines = message.fields.join('\n')
    await fc.assert(
      fc.asyncProperty(fc.nat(lines.length - 1), fc.integer({ min: 0, max: 6 }), async (at, bit) => {
        const turned = String.fromCharCode(lines.charCodeAt(at) ^ (1 << bit))
        const fields = (lines.slice(0, at) + turned + lines.slice(at + 1)).split('\n')
        // Names and the host mean the same in any case, and nothing else does.
        const mean = (own: readonly string[]): string =>
          own.map((text, i) => (i % 2 === 0 || i === 1 ? text.toLowerCase() : text)).join('\n')
        const calls = await count({ ...message, fields })
        expect([at, bit, calls.ok]).toEqual([at, bit, mean(fields) === mean(message.fields)])
      }),
      { numRuns: 500 },
    )
  })
})
