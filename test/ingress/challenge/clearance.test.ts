import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { ChallengeLevel } from '../../../src/ingress/challenge/offer.ts'
import type { FactsChange } from '../../http/facts.ts'
import {
  climb,
  createRequest,
  draw,
  MODEL,
  NOW,
  openChallenge,
  proofForm,
  RELAY_ASN,
  SECRET,
  SIX,
  STRANGERS,
} from './challenge-world.ts'

const challenge = openChallenge()
const LEVELS = [1, 2, 3] as const
const HOUR = 3_600_000
const name = '__Host-sallyport-clearance'
const readValue = (setCookie: string): string => setCookie.split(';')[0]?.split('=')[1] ?? ''
const withField = (field: string, change: FactsChange = {}) =>
  createRequest({ ...change, headers: [...createHeaders(), ['cookie', field]] })
const createHeaders = (): readonly (readonly [string, string])[] => {
  const agent = createRequest().headers.get('user-agent') ?? ''
  return [['user-agent', agent]]
}

describe('the cookie', () => {
  it('is small, secure, and out of the reach of scripts and other sites', async () => {
    expect(await climb(challenge, 2)).toMatch(
      /^__Host-sallyport-clearance=[A-Za-z0-9_-]{84}; Path=\/; Max-Age=21600; HttpOnly; SameSite=Lax; Secure$/,
    )
  })

  it('has a bare name and no Secure on plain http, and is another one there', async () => {
    const plain = createRequest({ scheme: 'http' })
    const cookie = await climb(challenge, 2, plain)
    expect(cookie).toMatch(/^sallyport-clearance=[^;]+; Path=\/; Max-Age=21600; HttpOnly; SameSite=Lax$/)
    expect(challenge.isCleared(createRequest({ scheme: 'http' }, cookie), NOW, 2)).toBe(true)
    expect(challenge.isCleared(createRequest({}, cookie), NOW, 2)).toBe(false)
  })

  it('goes along into other sites, parted by them, only where the policy says so', async () => {
    const embedded = openChallenge({ model: { ...MODEL, same_site: 'none' } })
    expect(await climb(embedded, 2)).toMatch(/; HttpOnly; SameSite=None; Partitioned; Secure$/)
    expect(await climb(embedded, 2, createRequest({ scheme: 'http' }))).toMatch(/; SameSite=Lax$/)
  })

  it.each([
    [1, 3600],
    [2, 21_600],
    [3, 86_400],
  ] as const)('of level %i lives %i seconds', async (level, life) => {
    const cookie = await climb(challenge, level)
    expect(cookie).toContain(`Max-Age=${life};`)
    const start = NOW + (level === 1 ? MODEL.wait * 1000 : 0)
    const request = createRequest({}, cookie)
    expect(challenge.isCleared(request, start + life * 1000 - 1, level)).toBe(true)
    expect(challenge.isCleared(request, start + life * 1000, level)).toBe(false)
  })
})

describe('a level', () => {
  it('satisfies itself and those below, and none above', async () => {
    for (const has of LEVELS) {
      const request = createRequest({}, await climb(challenge, has))
      for (const needs of LEVELS)
        expect([has, needs, challenge.isCleared(request, NOW + 5000, needs)]).toEqual([
          has,
          needs,
          has >= needs,
        ])
    }
  })

  it('is told with what names the clearance', async () => {
    const found = challenge.clearanceOf(createRequest({}, await climb(challenge, 2)), NOW)
    expect(found).toEqual({ level: 2, id: expect.stringMatching(/^[A-Za-z0-9_-]{11}$/) })
    const other = challenge.clearanceOf(createRequest({}, await climb(challenge, 2)), NOW)
    expect(other?.id).not.toBe(found?.id)
    expect(challenge.clearanceOf(createRequest(), NOW)).toBeUndefined()
  })
})

describe('a clearance is no good', () => {
  it.each<readonly [string, FactsChange]>([...STRANGERS, ['another site', { host: 'other.example' }]])(
    'for %s',
    async (_, change) => {
      const cookie = await climb(challenge, 3)
      expect(challenge.isCleared(createRequest(change, cookie), NOW, 1)).toBe(false)
    },
  )

  it('when it was changed anywhere', async () => {
    const values = await Promise.all(
      LEVELS.map(async (level) => Buffer.from(readValue(await climb(challenge, level)), 'base64url')),
    )
    const change = fc.oneof(
      fc.record({ at: fc.nat(62), bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) }),
      fc.record({ at: fc.nat(62), from: fc.nat(2), length: fc.integer({ min: 1, max: 50 }) }),
      // Times, the level here and there, as one likes.
      fc.record({
        at: fc.constantFrom(4, 8, 12, 17, 26),
        bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }),
      }),
    )
    fc.assert(
      fc.property(fc.nat(2), change, (which, made) => {
        const original = values[which] ?? Buffer.alloc(0)
        const changed = Buffer.from(original)
        const bytes =
          'bytes' in made
            ? made.bytes
            : (values[made.from] ?? original).subarray(made.at, made.at + made.length)
        changed.set(bytes.subarray(0, 63 - made.at), made.at)
        fc.pre(!values.some((value) => value.equals(changed)))
        expect(challenge.isCleared(withField(`${name}=${changed.toString('base64url')}`), NOW, 1)).toBe(false)
      }),
      { numRuns: 5000 },
    )
  })

  it('when it is a token', async () => {
    for (const { token } of challenge.issue(createRequest(), 1, 0, NOW, draw).offers)
      for (const value of [token, token.slice(0, 84), token.slice(12)])
        expect(challenge.isCleared(withField(`${name}=${value}`), NOW + 5000, 1)).toBe(false)
  })

  it('whatever is sent as one, and without an error', () => {
    fc.assert(
      fc.property(
        fc.uint16Array({ maxLength: 100 }).map((units) => String.fromCharCode(...units)),
        (text) => {
          expect(challenge.isCleared(withField(`${name}=${text}`), NOW, 1)).toBe(false)
          expect(challenge.renewal(withField(`${name}=${text}`), NOW)).toBeUndefined()
        },
      ),
    )
  })

  it('once its key is gone', async () => {
    const cookie = await climb(challenge, 2)
    const next = new Uint8Array(32).fill(9)
    const request = createRequest({}, cookie)
    expect(openChallenge({ secrets: [next, SECRET] }).isCleared(request, NOW, 2)).toBe(true)
    expect(openChallenge({ secrets: [next] }).isCleared(request, NOW, 2)).toBe(false)
  })
})

describe('a clearance is good', () => {
  it('in the whole network', async () => {
    const four = await climb(challenge, 2)
    expect(challenge.isCleared(createRequest({ address: '192.0.2.254' }, four), NOW, 2)).toBe(true)
    const six = await climb(challenge, 2, createRequest(SIX))
    expect(challenge.isCleared(createRequest({ address: '2001:db8:1:ffff::1' }, six), NOW, 2)).toBe(true)
    expect(challenge.isCleared(createRequest({ address: '2001:db8:2:2::3' }, six), NOW, 2)).toBe(false)
  })

  it('for a browser that has changed what is no major version', async () => {
    const cookie = await climb(challenge, 2)
    const agent = createRequest().headers.get('user-agent')?.replace('142.0.0.0', '142.0.7444.60') ?? ''
    expect(challenge.isCleared(createRequest({ headers: [['user-agent', agent]] }, cookie), NOW, 2)).toBe(
      true,
    )
  })

  it('in every relay and nowhere else, and for an hour', async () => {
    const relay: FactsChange = { client: { asn: RELAY_ASN } }
    const cookie = await climb(challenge, 2, createRequest(relay))
    expect(cookie).toContain('Max-Age=3600;')
    for (const elsewhere of [
      { address: '198.51.100.9', client: { asn: RELAY_ASN } },
      { address: '203.0.113.9', client: { country: 'T1', asn: 64_500 } },
    ])
      expect(challenge.isCleared(createRequest(elsewhere, cookie), NOW, 2)).toBe(true)
    expect(challenge.isCleared(createRequest({}, cookie), NOW, 2)).toBe(false)
    expect(challenge.renewal(createRequest(relay, cookie), NOW + 0.9 * HOUR)).toBeUndefined()
  })
})

describe('a client with IPv4 and IPv6', () => {
  it('solves once more when it changes, and then never', async () => {
    const four = await climb(challenge, 2)
    expect(challenge.isCleared(createRequest(SIX, four), NOW, 2)).toBe(false)
    const both = await climb(challenge, 2, createRequest(SIX, four))
    for (const change of [{}, SIX, { address: '192.0.2.77' }])
      expect(challenge.isCleared(createRequest(change, both), NOW, 2)).toBe(true)
  })

  it('keeps for each what was solved there', async () => {
    const both = await climb(challenge, 1, createRequest(SIX, await climb(challenge, 3)))
    const levels = ([{}, SIX] as FactsChange[]).map(
      (change) => challenge.clearanceOf(createRequest(change, both), NOW + 5000)?.level,
    )
    expect(levels).toEqual([3, 1])
  })

  it('has room for one network of each, the last, and without IPv6 for two', async () => {
    const here = { address: '198.51.100.1' }
    const two = await climb(challenge, 2, createRequest(here, await climb(challenge, 2)))
    const third = await climb(challenge, 2, createRequest({ address: '203.0.113.1' }, two))
    const isGood = (cookie: string, change: FactsChange): boolean =>
      challenge.isCleared(createRequest(change, cookie), NOW, 1)
    expect([{}, here].map((change) => isGood(two, change))).toEqual([true, true])
    expect([{}, here].map((change) => isGood(third, change))).toEqual([false, true])
    const both = await climb(challenge, 2, createRequest(SIX, await climb(challenge, 2)))
    const moved = await climb(challenge, 2, createRequest({ address: '198.51.100.1' }, both))
    const good = (change: FactsChange): boolean => challenge.isCleared(createRequest(change, moved), NOW, 1)
    expect([good({ address: '198.51.100.1' }), good(SIX), good({})]).toEqual([true, true, false])
  })

  it('gains nothing from the clearance of another program or of a relay', async () => {
    const foreign = await climb(challenge, 2, createRequest({ headers: [['user-agent', 'x/1']] }))
    const relayed = await climb(challenge, 2, createRequest({ client: { country: 'T1' } }))
    for (const before of [foreign, relayed]) {
      const cookie = await climb(challenge, 2, createRequest(SIX, before))
      expect(challenge.isCleared(createRequest({}, cookie), NOW, 1)).toBe(false)
      expect(challenge.isCleared(createRequest({ client: { country: 'T1' } }, cookie), NOW, 1)).toBe(false)
    }
  })

  it('cannot prolong the older half beyond its life', async () => {
    const short = openChallenge({ model: { ...MODEL, max_life: 90_000 } })
    const old = await climb(short, 3)
    // The old one has 82,800 of its 90,000 seconds behind it, the new one would live 21,600.
    const later = NOW + 23 * HOUR
    const cookie = await climb(short, 2, createRequest(SIX, old), later)
    expect(short.isCleared(createRequest(SIX, cookie), later, 2)).toBe(true)
    expect(short.isCleared(createRequest({}, cookie), later, 1)).toBe(false)
  })
})

test('a lighter challenge that is solved meanwhile takes nothing away', async () => {
  const cookie = await climb(challenge, 1, createRequest({}, await climb(challenge, 3)))
  expect(challenge.clearanceOf(createRequest({}, cookie), NOW + 5000)?.level).toBe(3)
})

test('twenty tabs that solve at once end with one cookie, and any of them would do', async () => {
  const tabs = Array.from({ length: 20 }, () => challenge.issue(createRequest(), 2, 0, NOW, draw))
  const answers = await Promise.all(
    tabs.map((issued) => challenge.redeem(createRequest(), proofForm(issued), NOW)),
  )
  const jar = new Map<string, string>()
  for (const answer of answers) {
    if (!answer.ok) throw new Error(answer.why)
    const [pair = ''] = answer.cookie.split(';')
    jar.set(...(pair.split('=') as [string, string]))
    expect(challenge.isCleared(createRequest({}, answer.cookie), NOW, 2)).toBe(true)
  }
  expect(jar.size).toBe(1)
  const sent = [...jar].map((pair) => pair.join('=')).join('; ')
  expect(challenge.isCleared(withField(sent), NOW, 2)).toBe(true)
})

describe('renewal', () => {
  const renew = (cookie: string, now: number, change: FactsChange = {}): string | undefined =>
    challenge.renewal(createRequest(change, cookie), now)

  it('comes when half of the life is over, and keeps level, name and networks', async () => {
    const cookie = await climb(challenge, 2, createRequest(SIX, await climb(challenge, 2)))
    expect(renew(cookie, NOW + 3 * HOUR - 1000)).toBeUndefined()
    const later = NOW + 3 * HOUR
    const renewed = renew(cookie, later) ?? ''
    expect(renewed).toContain('Max-Age=21600;')
    for (const change of [{}, SIX]) {
      const before = challenge.clearanceOf(createRequest(change, cookie), NOW)
      expect(challenge.clearanceOf(createRequest(change, renewed), later + 6 * HOUR - 1)).toEqual(before)
    }
  })

  it('never comes for a client that is not cleared', async () => {
    const cookie = await climb(challenge, 2)
    for (const [, change] of STRANGERS) expect(renew(cookie, NOW + 4 * HOUR, change)).toBeUndefined()
    expect(renew(cookie, NOW + 6 * HOUR)).toBeUndefined()
  })

  it('ends with the longest life', async () => {
    let cookie = await climb(challenge, 3)
    let now = NOW
    let renewals = 0
    for (; challenge.isCleared(createRequest({}, cookie), now, 1); now += HOUR) {
      const renewed = renew(cookie, now)
      if (renewed === undefined) continue
      cookie = renewed
      renewals++
    }
    expect((now - NOW) / 1000).toBe(MODEL.max_life)
    expect(renewals).toBeGreaterThan(10)
    expect(renewals).toBeLessThan(30)
  })

  it('changes to the new key, with what can be hashed anew', async () => {
    const both = await climb(challenge, 2, createRequest(SIX, await climb(challenge, 2)))
    const next = openChallenge({ secrets: [new Uint8Array(32).fill(9), SECRET] })
    const later = NOW + 4 * HOUR
    const renewed = next.renewal(createRequest({}, both), later) ?? ''
    const last = openChallenge({ secrets: [new Uint8Array(32).fill(9)] })
    expect(last.clearanceOf(createRequest({}, renewed), later)).toEqual(
      challenge.clearanceOf(createRequest({}, both), NOW),
    )
    expect(last.isCleared(createRequest(SIX, renewed), later, 1)).toBe(false)
  })
})

describe('a clock that is set', () => {
  it('back by a little forgives, by more asks again, and then forgives', async () => {
    const request = createRequest({}, await climb(challenge, 2))
    const cleared = (now: number): boolean => challenge.isCleared(request, now, 2)
    expect([NOW, NOW - 59_000, NOW - HOUR, NOW + HOUR, NOW].map(cleared)).toEqual([
      true,
      true,
      false,
      true,
      true,
    ])
  })
})

describe('among other cookies', () => {
  const bad = `${name}=${'A'.repeat(84)}`

  it('it is found, also where two fields were joined by a comma', async () => {
    const own = (await climb(challenge, 2)).split(';')[0] ?? ''
    for (const field of [
      `a=b; ${own}; c=d`,
      `${bad}; ${own}`,
      `x${bad};${own}`,
      `a=1, ${own}`,
      `${own}, a=1`,
      `${bad},${own},${bad}`,
    ])
      expect([field, challenge.isCleared(withField(field), NOW, 2)]).toEqual([field, true])
  })

  it('it is not taken for one of another name, and not looked for without end', async () => {
    const own = (await climb(challenge, 2)).split(';')[0] ?? ''
    for (const field of [`x${own}`, `${`${bad}; `.repeat(5000)}${own}`, own.replace('__Host-', '__host-')])
      expect(challenge.isCleared(withField(field), NOW, 2)).toBe(false)
  })

  it('it is found behind any number that another host of the domain has planted within a cookie of its own', async () => {
    const own = (await climb(challenge, 2)).split(';')[0] ?? ''
    for (const field of [`x="${`,${bad}`.repeat(9)}"; ${own}`, `${`x=1 ${bad}; `.repeat(9)}${own}`])
      expect([field, challenge.isCleared(withField(field), NOW, 2)]).toEqual([field, true])
    expect(challenge.isCleared(withField(`x=1 ${own}`), NOW, 2)).toBe(false)
  })

  it('the highest counts', async () => {
    const cookies = await Promise.all(
      LEVELS.map(async (level: ChallengeLevel) => (await climb(challenge, level)).split(';')[0]),
    )
    for (const order of [cookies, cookies.toReversed()])
      expect(challenge.clearanceOf(withField(order.join('; ')), NOW + 5000)?.level).toBe(3)
  })
})
