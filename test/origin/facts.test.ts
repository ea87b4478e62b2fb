import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FACTS, formatFacts } from '../../src/origin/facts.ts'
import { clients, NONCE, REQUEST_ID, VERDICT, verdicts } from '../signature/fixtures.ts'

const OTHER = {
  signed: true,
  keyid: 'k',
  nonce: NONCE,
  created: 1_795_000_000,
  expires: 1_795_000_030,
} as const

test('whatever was signed, each field is one that HTTP can carry', () => {
  fc.assert(
    fc.property(clients, verdicts, (client, verdict) => {
      const fields = formatFacts({ ok: true, client, verdict, requestId: REQUEST_ID, ...OTHER }, FACTS)
      expect(fields.length % 2).toBe(0)
      for (const text of fields) expect(text).toMatch(/^[\x20-\x7e]+$/)
    }),
  )
})

test('ids are written as they were signed', () => {
  const verdict = { ...VERDICT, route: 'café', log: ['a b', '"', '100%'] }
  const client = { ip: '192.0.2.1', host: 'shop.example', scheme: 'https' } as const
  const fields = formatFacts({ ok: true, client, verdict, requestId: REQUEST_ID, ...OTHER }, ['route', 'log'])
  expect(fields.slice(12)).toEqual(['Sallyport-Route', 'caf%C3%A9', 'Sallyport-Log', 'a b %22 100%25'])
})

test('who the bot is stands in one field, as it was signed', () => {
  const bot = 'verified likely-human 0 - Yahoo! Slurp'
  const client = { ip: '192.0.2.1', host: 'shop.example', scheme: 'https' } as const
  const accepted = {
    ok: true,
    client,
    verdict: { ...VERDICT, bot },
    requestId: REQUEST_ID,
    ...OTHER,
  } as const
  expect(formatFacts(accepted, ['bot']).slice(12)).toEqual(['Sallyport-Bot', bot])
})

test('a fact that is not known has no field', () => {
  const client = { ip: '192.0.2.1', host: 'shop.example', scheme: 'https' } as const
  const verdict = { ...VERDICT, log: [] }
  const fields = formatFacts({ ok: true, client, verdict, requestId: REQUEST_ID, ...OTHER }, FACTS)
  expect(fields.filter((_, i) => i % 2 === 0).slice(6)).toEqual(['Sallyport-Policy', 'Sallyport-Route'])
})
