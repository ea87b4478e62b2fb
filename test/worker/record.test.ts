import { expect, test } from 'vitest'
import { buildRecord } from '../../src/worker/record.ts'
import { BOT, createDecided, REFUSAL } from './decided.ts'

test('a passed request is recorded with what is known of it, and nothing else', () => {
  const client = { country: 'NO', asn: 64496, colo: 'OSL', tls: 'TLSv1.3', protocol: 'HTTP/2' }
  const facts = { method: 'POST', host: 'App.example:8443', target: '/a%2fb?token=s3cr3t', client }
  expect(buildRecord(createDecided({}, facts), false)).toEqual({
    kind: 'decision',
    time: '2026-11-18T11:06:40.000Z',
    request_id: '0192f0c1-7d5e-7abc-8def-0123456789ab',
    action: 'pass',
    status: 200,
    method: 'POST',
    host: 'app.example:8443',
    path: '/a%2Fb',
    client: { ip: '192.0.2.1', country: 'NO', asn: 64496, colo: 'OSL' },
    route: 'site',
    policy: '0123456789abcdef',
    duration_ms: 12,
  })
})

test('a refusal is recorded with stage, rule, reason and fix, and what log mode saw', () => {
  const logged = [
    { ...REFUSAL, rule: 'limits.a', mode: 'log' as const },
    { ...REFUSAL, rule: 'limits.b', mode: 'log' as const },
  ]
  const record = buildRecord(
    createDecided({ terminal: REFUSAL, logged, route: undefined, status: 403 }),
    false,
  )
  expect(record).toMatchObject({
    action: 'block',
    stage: 'access',
    rule: 'access.office',
    reason: 'No.',
    fix: 'Ask.',
    status: 403,
    logged: ['limits.a', 'limits.b'],
  })
  expect(record).not.toHaveProperty('route')
})

test('the query is recorded only when the policy asks for it', () => {
  const decided = createDecided({}, { target: '/a?token=s3cr3t' })
  expect(JSON.stringify(buildRecord(decided, false))).not.toContain('s3cr3t')
  expect(buildRecord(decided, true).query).toBe('?token=s3cr3t')
  expect(buildRecord(createDecided({}, { target: '/a?' }), true)).not.toHaveProperty('query')
})

test('no header field gets into a record', () => {
  const headers = [
    ['authorization', 'Bearer s3cr3t'],
    ['cookie', 'session=s3cr3t'],
    ['x-forwarded-for', 's3cr3t'],
    ['x_s3cr3t', 's3cr3t'],
  ] as const
  expect(JSON.stringify(buildRecord(createDecided({}, { headers }), true))).not.toContain('s3cr3t')
})

test('paths and queries are cut to 512 characters', () => {
  const record = buildRecord(createDecided({}, { target: `/${'a'.repeat(600)}?${'b'.repeat(600)}` }), true)
  expect([record.path, record.query]).toEqual([`/${'a'.repeat(511)}`, `?${'b'.repeat(511)}`])
})

test('an address that nobody knows is left out', () => {
  expect(buildRecord(createDecided({}, { address: 'unknown' }), false).client).toEqual({})
})

test('a duration is in whole milliseconds and never negative', () => {
  const duration = (ended: number) => buildRecord(createDecided({ started: 1000, ended }), false).duration_ms
  expect([duration(1000), duration(1001.6), duration(900)]).toEqual([0, 2, 0])
})

test('a record is one line, whatever the request holds', () => {
  const decided = createDecided({}, { target: '/a\nb\u2028?c\r\nd', method: 'GET' })
  expect(JSON.stringify(buildRecord(decided, true))).toMatch(/^[\x20-\x7e]+$/)
})

test('who the client is stands in the record, with the weights of the signals and nothing that it wrote', () => {
  const decided = createDecided({ bot: BOT }, { headers: [['user-agent', 'ExampleBot "s3cr3t"']] })
  const record = buildRecord(decided, true)
  expect(record.bot).toEqual({
    declared: true,
    agent: 'ExampleBot',
    class: 'search-engine',
    verdict: 'spoofed',
    method: 'ranges',
    score: 60,
    band: 'suspicious',
    signals: { spoofed: 60 },
  })
  expect(JSON.stringify(record)).not.toContain('s3cr3t')
})

test('an ordinary browser has a score and a band in its record, and no more', () => {
  const bot = { declared: false, score: 0, signals: [], band: 'likely-human' }
  expect(buildRecord(createDecided({ bot }), false).bot).toEqual({ score: 0, band: 'likely-human' })
})
