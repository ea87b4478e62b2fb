import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleWorker } from '../../src/cli/local/bundle-worker.ts'
import { createLocalKeys } from '../../src/cli/local/keys.ts'
import { ask, problemOf } from './exchange.ts'
import { compile, siteRoute } from './open-edge.ts'
import { type OpenWorker, openWorker } from './open-worker.ts'
import { lastOf, openOrigin, type ScriptedOrigin, valuesOf } from './scripted-origin.ts'

let origin: ScriptedOrigin
let worker: OpenWorker

beforeAll(async () => {
  origin = await openOrigin()
  const bundle = await compile({
    'routes/a.yaml': siteRoute(origin.url),
    'access.yaml':
      "guards:\n  - { id: list, unlisted: pass, deny: { cidrs: [203.0.113.0/24, '2001:db8:bad::/48'] } }\n",
  })
  worker = await openWorker({ entry: 'index', bundle, keys: createLocalKeys().edge })
})
afterAll(async () => {
  await worker.stop()
  await origin.close()
})

async function clientSeenBy(headers: Record<string, string>): Promise<string | undefined> {
  await ask(worker.url, { headers })
  return valuesOf(lastOf(origin), 'sallyport-client')[0]?.match(/^ip="([^"]+)"/)?.[1]
}

describe('the Worker as deployed', () => {
  test('has no code that plays another client; the local one has', async () => {
    const pattern = /simulat/i
    expect(await bundleWorker('index')).not.toMatch(pattern)
    expect(await bundleWorker('local')).toMatch(pattern)
  })

  test('takes the client from CF-Connecting-IP', async () => {
    expect(await clientSeenBy({ 'cf-connecting-ip': '198.51.100.7' })).toBe('198.51.100.7')
    expect(await clientSeenBy({ 'cf-connecting-ip': '2001:DB8::7' })).toBe('2001:db8::7')
    expect(await clientSeenBy({ 'cf-connecting-ip': '::ffff:198.51.100.7' })).toBe('198.51.100.7')
  })

  test('believes no other field', async () => {
    const other = '192.0.2.66'
    const headers = {
      'cf-connecting-ip': '198.51.100.7',
      'sallyport-simulate': `ip=${other}`,
      'x-forwarded-for': other,
      'true-client-ip': other,
      'cf-connecting-ipv6': other,
      forwarded: `for=${other}`,
    }
    expect(await clientSeenBy(headers)).toBe('198.51.100.7')
  })

  test.each(['203.0.113.9', '::ffff:203.0.113.9', '2001:db8:bad::1'])(
    'refuses %s, which the policy denies',
    async (ip) => {
      const reply = await ask(worker.url, { headers: { 'cf-connecting-ip': ip } })
      expect([reply.status, problemOf(reply).rule]).toEqual([403, 'access.list'])
    },
  )

  test('refuses two addresses in one field', async () => {
    const reply = await ask(worker.url, {
      headers: { 'cf-connecting-ip': ['198.51.100.7', '203.0.113.9'] },
    })
    expect([reply.status, problemOf(reply).rule]).toEqual([400, 'hygiene.duplicate-identity'])
  })

  test('tells the origin of no address when there is none', async () => {
    expect(await clientSeenBy({})).toBe('0.0.0.0')
  })
})
