import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../src/origin/outcome.ts'
import type { DecisionRecord } from '../../src/origin/record.ts'
import type { ReplayStore } from '../../src/origin/replay.ts'
import { createMemoryReplayStore } from '../../src/origin/replay-memory.ts'
import { restoreFields } from '../../src/origin/restore.ts'
import { createVerifier, type VerifierOptions } from '../../src/origin/verifier.ts'
import { CLIENT, clients, NOW, REQUEST_ID, VERDICT } from '../signature/fixtures.ts'
import { ED25519_KEY, HMAC_KEY } from '../signature/keys-fixture.ts'
import { sendFromEdge, setField } from './edge.ts'

const KEYS = { keys: [HMAC_KEY] }
const open = (options: Partial<VerifierOptions> = {}): ReturnType<typeof createVerifier> =>
  createVerifier({ keys: KEYS, now: () => NOW, ...options })
const failureOf = (outcome: Outcome): string => (outcome.ok ? 'pass' : outcome.failure)

describe('createVerifier', () => {
  test('takes a key set as text, and both keys of a rotation', async () => {
    const verifier = open({ keys: JSON.stringify({ keys: [ED25519_KEY, HMAC_KEY] }) })
    for (const key of [ED25519_KEY, HMAC_KEY]) {
      expect(failureOf(await verifier.verify(await sendFromEdge({ created: NOW, key })))).toBe('pass')
    }
  })

  test('verifies Ed25519 with the public half', async () => {
    const { d: _, ...half } = ED25519_KEY.kty === 'OKP' ? ED25519_KEY : { ...HMAC_KEY, d: '' }
    const verifier = open({ keys: JSON.stringify({ keys: [half] }) })
    expect(failureOf(await verifier.verify(await sendFromEdge({ created: NOW, key: ED25519_KEY })))).toBe(
      'pass',
    )
  })

  const wrong: readonly (readonly [string, Partial<VerifierOptions>, string])[] = [
    ['keys that are no JSON', { keys: 'secret' }, 'keys: the key set is not JSON'],
    ['an empty authority list', { authority: [] }, 'authority is an empty list'],
    ['a skew of an hour', { skew: 3600 }, 'skew must be a whole number from 0 to 30'],
    ['a life of an hour', { maxTtl: 3600 }, 'maxTtl must be a whole number from 1 to 60'],
    [
      'a pattern among the unsigned paths',
      { unsigned: { paths: ['/health*'] } },
      'unsigned.paths: "/health*"',
    ],
    ['an unsigned query', { unsigned: { paths: ['/health?x'] } }, 'unsigned.paths'],
  ]
  test.each(wrong)('refuses %s at the start', (_name, options, message) => {
    expect(() => open(options)).toThrow(message)
  })

  test('an authority may carry the default port of the scheme when the scheme is known', async () => {
    const received = setField(await sendFromEdge({ created: NOW }), 'Host', 'origin.example:443')
    expect(failureOf(await open().verify(received))).toBe('mac')
    expect(failureOf(await open({ scheme: 'https' }).verify(received))).toBe('pass')
    expect(failureOf(await open({ scheme: 'http' }).verify(received))).toBe('mac')
  })

  test('clocks may differ by the skew and no more', async () => {
    for (const [created, wanted] of [
      [NOW + 5, 'pass'],
      [NOW + 6, 'created'],
      [NOW - 35, 'too-old'],
      [NOW - 36, 'expires'],
    ] as const) {
      expect(failureOf(await open().verify(await sendFromEdge({ created })))).toBe(wanted)
    }
    const later = createVerifier({ keys: KEYS, now: () => NOW, replay: 'accept-replays' })
    expect(failureOf(await later.verify(await sendFromEdge({ created: NOW - 35 })))).toBe('pass')
  })

  test('a restart does not admit again what was admitted before it', async () => {
    const received = await sendFromEdge({ created: NOW - 1 })
    expect(failureOf(await open().verify(received))).toBe('too-old')
    expect(failureOf(await open().verify(await sendFromEdge({ created: NOW })))).toBe('pass')
  })
})

describe('replay', () => {
  const answering = (claim: ReplayStore['claim']): ReplayStore => ({ claim })

  test('an asynchronous store is awaited', async () => {
    const verifier = open({ replay: answering(async (nonce) => (nonce ? 'replayed' : 'fresh')) })
    expect(failureOf(await verifier.verify(await sendFromEdge({ created: NOW })))).toBe('replayed')
  })

  test.each<[string, ReplayStore['claim']]>([
    [
      'throws',
      () => {
        throw new Error('down')
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
  ])('a store that %s refuses the request', async (_name, claim) => {
    const verifier = open({ replay: answering(claim) })
    expect(failureOf(await verifier.verify(await sendFromEdge({ created: NOW })))).toBe('replay-store')
  })

  test('only a request with a right signature takes a nonce', async () => {
    let claims = 0
    const verifier = open({ replay: answering(() => (claims++ === 0 ? 'fresh' : 'replayed')) })
    const received = await sendFromEdge({ created: NOW })
    expect(failureOf(await verifier.verify({ ...received, method: 'PUT' }))).toBe('mac')
    expect(claims).toBe(0)
    expect(failureOf(await verifier.verify(received))).toBe('pass')
  })

  test('the check is turned off only by name', async () => {
    const verifier = open({ replay: 'accept-replays' })
    const received = await sendFromEdge({ created: NOW })
    for (let i = 0; i < 3; i++) expect(failureOf(await verifier.verify(received))).toBe('pass')
  })
})

describe('decision records', () => {
  test('tell who came, and what failed', async () => {
    const records: DecisionRecord[] = []
    const replay = createMemoryReplayStore()
    const verifier = open({ replay, onDecision: (record) => records.push(record) })
    const received = await sendFromEdge({ created: NOW - 2 })
    await verifier.verify(received)
    await verifier.verify(received)
    await verifier.verify({ method: 'GET', target: '/', fields: ['Host', 'a'] })
    const time = new Date(NOW * 1000).toISOString()
    const who = {
      keyid: HMAC_KEY.kid,
      request_id: REQUEST_ID,
      client_ip: CLIENT.ip,
      policy: VERDICT.policy,
      route: VERDICT.route,
      age: 2,
    }
    expect(records).toEqual([
      { time, ok: true, signed: true, ...who },
      { time, ok: false, signed: true, status: 403, failure: 'replayed', ...who },
      { time, ok: false, signed: false, status: 401, failure: 'unsigned' },
    ])
  })

  test('a log that throws changes no decision', async () => {
    const verifier = open({
      onDecision: () => {
        throw new Error('disk full')
      },
    })
    expect(failureOf(await verifier.verify(await sendFromEdge({ created: NOW })))).toBe('pass')
    expect(failureOf(await verifier.verify({ method: 'GET', target: '/', fields: [] }))).toBe('host')
  })
})

describe('restoreFields', () => {
  const verified = (client: typeof CLIENT) =>
    ({
      ok: true,
      signed: true,
      client,
      verdict: VERDICT,
      requestId: REQUEST_ID,
      keyid: 'k',
      nonce: 'n',
      created: NOW,
      expires: NOW + 30,
    }) as const
  const names = fc.oneof(
    fc.constantFrom(
      'Host',
      'HOST',
      'X_Forwarded_For',
      'x-forwarded-proto',
      'FORWARDED',
      'X.Real.Ip',
      'Signature',
      'sallyport-x',
      'accept',
      '__proto__',
    ),
    fc.string({ minLength: 1 }),
  )
  const fields = fc.array(fc.tuple(names, fc.string()), { maxLength: 20 }).map((list) => list.flat())

  test('leaves one of each restored field and none of ours, whatever came', () => {
    fc.assert(
      fc.property(fields, clients, (list, client) => {
        const out = restoreFields(list, verified(client))
        const seen = out
          .filter((_, i) => i % 2 === 0)
          .map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, '-'))
        for (const name of [
          'host',
          'x-forwarded-for',
          'x-forwarded-proto',
          'x-real-ip',
          'forwarded',
          'x-request-id',
        ]) {
          expect(seen.filter((other) => other === name)).toHaveLength(1)
        }
        expect(seen.filter((name) => name.startsWith('sallyport') || name.startsWith('signature'))).toEqual(
          [],
        )
        expect(out[out.indexOf('X-Forwarded-For') + 1]).toBe(client.ip)
      }),
    )
  })

  test('writes an IPv6 client as RFC 7239 asks', () => {
    const out = restoreFields([], verified({ ip: '2001:db8::1', host: 'shop.example', scheme: 'https' }))
    expect(out[out.indexOf('Forwarded') + 1]).toBe('for="[2001:db8::1]";host="shop.example";proto=https')
    const plain = restoreFields([], verified({ ip: '192.0.2.1', host: 'shop.example', scheme: 'http' }))
    expect(plain[plain.indexOf('Forwarded') + 1]).toBe('for=192.0.2.1;host="shop.example";proto=http')
  })
})
