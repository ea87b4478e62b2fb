import { describe, expect, test } from 'vitest'
import { BOT_SIGNALS, DEFAULT_BANDS } from '../../src/http/bot-signals.ts'
import { PUZZLES } from '../../src/ingress/challenge/offer.ts'
import { LANGUAGES } from '../../src/ingress/challenge/page/choose-language.ts'
import type { RedeemFailure } from '../../src/ingress/challenge/redeem.ts'
import { toDecision } from '../../src/worker/challenge-refusals.ts'
import { readPage, readTable, unquote } from './page.ts'

describe('docs/bots.md', () => {
  const page = readPage('bots.md')

  test('lists each signal with its weight and reason, and no other', () => {
    const listed = readTable(page, '### Signals').map(([id = '', ...rest]) => [unquote(id), ...rest])
    expect(listed).toEqual(BOT_SIGNALS.map(({ id, weight, reason }) => [id, String(weight), reason]))
  })

  test('lists the default bands and where they begin', () => {
    const listed = readTable(page, '### Bands').map(([name = '', from]) => [unquote(name), from])
    expect(listed).toEqual(DEFAULT_BANDS.map(({ name, from }) => [name, String(from)]))
  })
})

describe('docs/challenges.md', () => {
  const page = readPage('challenges.md')

  test('gives the status of each code', () => {
    const statuses: Readonly<Record<RedeemFailure, string>> = {
      malformed: '',
      forged: '',
      expired: '',
      elsewhere: '',
      early: '',
      unsolved: '',
      refused: '',
      unavailable: '',
      spent: '',
    }
    const codes = Object.keys(statuses) as RedeemFailure[]
    const listed = readTable(page, '## Codes').map(([code = '', status]) => [unquote(code), status])
    expect(listed).toEqual(codes.map((code) => [code, String(toDecision(code).status)]))
  })

  test('counts languages and puzzles rightly', () => {
    expect(page).toContain(`in ${LANGUAGES.length} languages`)
    expect(page).toContain(`| ${PUZZLES} small puzzles`)
  })
})
