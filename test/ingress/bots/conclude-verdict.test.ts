/** Every combination of what the means of proof can say, against rules that are written otherwise than the code. */
import { expect, test } from 'vitest'
import type { Verdict } from '../../../src/ingress/bots/assessment.ts'
import { concludeVerdict } from '../../../src/ingress/bots/conclude-verdict.ts'

const SIGNATURES = ['none', 'verified', 'failed', 'unknown-key'] as const
const PLATFORMS = [true, false]
const RANGES = ['none', 'inside', 'outside', 'unknown'] as const
const NAMES = ['none', 'confirmed', 'refuted', 'pending', 'unknown'] as const

interface Case {
  readonly signature: (typeof SIGNATURES)[number]
  readonly platform: boolean
  readonly ranges: (typeof RANGES)[number]
  readonly dns: (typeof NAMES)[number]
}

const CASES: readonly Case[] = SIGNATURES.flatMap((signature) =>
  PLATFORMS.flatMap((platform) =>
    RANGES.flatMap((ranges) => NAMES.map((dns) => ({ signature, platform, ranges, dns }))),
  ),
)

const conclude = ({ dns, ...others }: Case): Verdict => concludeVerdict({ ...others, dns: () => dns })

function listProofs({ signature, platform, ranges, dns }: Case): readonly string[] {
  return [
    signature === 'verified' ? 'web-bot-auth' : '',
    platform ? 'platform' : '',
    ranges === 'inside' ? 'ranges' : '',
    dns === 'confirmed' ? 'dns' : '',
  ].filter(Boolean)
}

function listRefutations({ signature, ranges, dns }: Case): readonly string[] {
  return [
    signature === 'failed' ? 'web-bot-auth' : '',
    ranges === 'outside' ? 'ranges' : '',
    dns === 'refuted' ? 'dns' : '',
  ].filter(Boolean)
}

/** The verdict of each case and the case itself, so that a failure says which one it is. */
function table(of: (one: Case) => unknown): unknown {
  return CASES.map((one) => [one, of(one)])
}

const only = (kind: Verdict['kind'], verdict: Verdict): unknown =>
  verdict.kind === kind ? ((verdict as { method?: string }).method ?? true) : undefined

test('there are 160 cases, and every verdict is given to some', () => {
  expect(CASES).toHaveLength(160)
  const kinds = new Set(CASES.map((one) => JSON.stringify(conclude(one))))
  expect(kinds.size).toBe(4 + 3 + 2)
})

test('a claim is verified by the first means that confirms it, and by nothing else', () => {
  expect(table((one) => only('verified', conclude(one)))).toEqual(table((one) => listProofs(one)[0]))
})

test('it is spoofed by the first that refutes it, once all have answered and none confirms', () => {
  const expected = table((one) => {
    const isOpen = listProofs(one).length > 0 || one.dns === 'pending' || one.signature === 'unknown-key'
    return isOpen ? undefined : listRefutations(one)[0]
  })
  expect(table((one) => only('spoofed', conclude(one)))).toEqual(expected)
})

test('it is pending while a look-up could still confirm it', () => {
  const expected = table((one) => (listProofs(one).length === 0 && one.dns === 'pending' ? true : undefined))
  expect(table((one) => only('pending', conclude(one)))).toEqual(expected)
})

test('one more proof is enough, whatever else there is', () => {
  const proofs = [{ signature: 'verified' }, { platform: true }, { ranges: 'inside' }, { dns: 'confirmed' }]
  for (const one of CASES) {
    for (const proof of proofs) expect(conclude({ ...one, ...proof } as Case).kind).toBe('verified')
  }
})

test('what does not know spoofs nobody', () => {
  for (const one of CASES) {
    const silent = {
      ...one,
      signature: one.signature === 'failed' ? 'none' : one.signature,
      ranges: one.ranges === 'outside' ? 'unknown' : one.ranges,
      dns: one.dns === 'refuted' ? 'unknown' : one.dns,
    } as const
    expect(conclude(silent).kind).not.toBe('spoofed')
  }
})

test('names are asked for only when they can change the verdict', () => {
  for (const one of CASES) {
    let asked = 0
    const dns = (): 'refuted' => {
      asked++
      return 'refuted'
    }
    concludeVerdict({ ...one, dns })
    const isDecided = one.signature === 'verified' || one.platform || one.ranges === 'inside'
    expect(asked).toBe(isDecided ? 0 : 1)
  }
})
