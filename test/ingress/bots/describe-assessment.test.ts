import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Assessment } from '../../../src/ingress/bots/assessment.ts'
import { describeAssessment } from '../../../src/ingress/bots/describe-assessment.ts'
import { parseVerdict, serializeVerdict } from '../../../src/signature/fields.ts'
import { BOT } from '../../worker/decided.ts'

const HUMAN: Assessment = { declared: false, score: 0, signals: [], band: 'likely-human' }

test('a browser without signals is one short text', () => {
  expect(describeAssessment(HUMAN)).toBe('none likely-human 0 - -')
})

test('the name comes last, because it may have blanks', () => {
  const agent = {
    name: 'Yahoo! Slurp',
    class: 'search-engine',
    proof: BOT.agent?.proof,
  } as Assessment['agent']
  expect(describeAssessment({ ...BOT, ...(agent ? { agent } : {}) })).toBe(
    'spoofed suspicious 60 spoofed Yahoo! Slurp',
  )
})

test('the heaviest signals come first, and those that do not fit are left out', () => {
  const signals = Array.from({ length: 30 }, (_, i) => ({ id: `signal-number-${i}`, weight: i }))
  const text = describeAssessment({ ...HUMAN, signals, score: 100, band: 'x'.repeat(32) })
  expect(text.length).toBeLessThanOrEqual(128)
  expect(text).toMatch(/^none x{32} 100 signal-number-29,signal-number-28,/)
})

const names = fc.stringMatching(/^[A-Za-z0-9\-_./!+'()&:]([A-Za-z0-9 \-_./!+'()&:]{0,62}[A-Za-z0-9])?$/)
const assessments: fc.Arbitrary<Assessment> = fc.record(
  {
    declared: fc.boolean(),
    agent: fc.record({
      name: names,
      class: fc.constant('other' as const),
      proof: fc.constant({ signature: [], ranges: [], dns: [] }),
    }),
    verdict: fc.constantFrom(
      { kind: 'unverifiable' } as const,
      { kind: 'verified', method: 'web-bot-auth' } as const,
    ),
    score: fc.integer({ min: 0, max: 100 }),
    signals: fc.array(
      fc.record({ id: fc.stringMatching(/^[a-z][a-z-]{0,20}$/), weight: fc.integer({ min: 1, max: 100 }) }),
      { maxLength: 40 },
    ),
    band: fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/),
  },
  { requiredKeys: ['declared', 'score', 'signals', 'band'] },
)

test('whatever is known of a client can be signed, and is read as it was', () => {
  fc.assert(
    fc.property(assessments, (assessment) => {
      const bot = describeAssessment(assessment)
      const verdict = { action: 'pass', policy: 'p', route: 'r', log: [], bot } as const
      expect(parseVerdict(serializeVerdict(verdict) ?? '')).toEqual(verdict)
      const [kind, band, score, signals, ...name] = bot.split(' ')
      expect([kind, band, score]).toEqual([
        assessment.verdict?.kind ?? 'none',
        assessment.band,
        String(assessment.score),
      ])
      expect(signals).toMatch(/^(?:-|[a-z,-]+)$/)
      expect(name.join(' ')).toBe(assessment.agent?.name ?? '-')
    }),
  )
})
