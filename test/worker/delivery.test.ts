import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalEdge, type LocalEdgeOptions, startLocalEdge } from '../../src/cli/local/edge.ts'
import { createLocalKeys, createLocalPolicyKeys } from '../../src/cli/local/keys.ts'
import type { DeliveryReport } from '../../src/worker/delivery-report.ts'
import { ask, type Reply } from './exchange.ts'
import { compile, createLog, type EdgeLog } from './open-edge.ts'
import { type Files, publishTo } from './publish-to.ts'

const policyKeys = createLocalPolicyKeys()

/** A policy that answers by itself, with its name. */
function answering(name: string, more: Files = {}): Files {
  return {
    'routes/a.yaml': `routes:
  - id: ${name}
    hosts: [127.0.0.1]
    path: /
    respond: { status: 200, content_type: text/plain, body: ${name} }
`,
    ...more,
  }
}

const guard = (mode: string): Files => ({
  'access.yaml': `guards:\n  - { id: home, mode: ${mode}, unlisted: pass, deny: { cidrs: [203.0.113.0/24] } }\n`,
})
const limit = (requests: number, id = 'few'): Files => ({
  'limits.yaml': `limits:
  - { id: ${id}, requests_per_period: ${requests}, period: 60, mitigation_timeout: 60, paths: [/limited], characteristics: [ip.src], timeout: 5s }
`,
})

interface Health {
  readonly policy: string
  readonly limits: { readonly calls: number; readonly blockedLocally: number }
  readonly delivery: Partial<DeliveryReport>
}

interface Open {
  readonly edge: LocalEdge
  readonly log: EdgeLog
  get(target?: string, ip?: string): Promise<Reply>
  health(): Promise<Health>
  publish(kind: Parameters<typeof publishTo>[0]['action'], files?: Files): Promise<number>
  /** Asks until the edge runs that serial. */
  until(serial: number): Promise<void>
  stop(): Promise<void>
}

async function open(files: Files, more: Partial<LocalEdgeOptions> = {}): Promise<Open> {
  const log = createLog()
  const edge = await startLocalEdge({
    bundle: await compile(files),
    keys: createLocalKeys().edge,
    policyKeys: policyKeys.verify,
    host: '127.0.0.1',
    port: 0,
    onLine: log.add,
    ...more,
  })
  const get: Open['get'] = (target = '/', ip = '198.51.100.1') =>
    ask(edge.url, { target, headers: { 'sallyport-simulate': `ip=${ip}` } })
  const health: Open['health'] = async () => JSON.parse((await get('/.sallyport/health')).text)
  return {
    edge,
    log,
    get,
    health,
    async publish(action, policy) {
      const kv = await edge.kv()
      const { serial } = await publishTo({
        kv,
        keys: policyKeys.sign,
        action,
        ...(policy ? { files: policy } : {}),
      })
      return serial
    },
    async until(serial) {
      for (let look = 0; look < 100; look++) {
        if ((await health()).delivery.serial === serial) return
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      throw new Error(`serial ${serial} does not come: ${JSON.stringify(await health())}`)
    },
    stop: () => edge.stop(),
  }
}

describe('an edge with policy keys', () => {
  let world: Open
  beforeAll(async () => {
    world = await open(answering('baseline', limit(2)))
  })
  afterAll(() => world.stop())

  test('runs the policy inside the Worker while nothing was published', async () => {
    expect((await world.get()).text).toBe('baseline')
    expect((await world.health()).delivery).toMatchObject({
      state: 'live',
      source: 'baseline',
      serial: null,
      kill: [],
    })
  })

  test('runs what is published, says so in health, in the log and in metrics', async () => {
    const serial = await world.publish({ kind: 'publish' }, answering('first', limit(2)))
    await world.until(serial)
    expect((await world.get()).text).toBe('first')
    const health = await world.health()
    expect(health.delivery).toMatchObject({ state: 'live', source: 'kv', serial: 1, version: health.policy })
    expect(world.log.records()).toContainEqual(
      expect.objectContaining({ kind: 'policy', event: 'activated', serial: 1, version: health.policy }),
    )
    const metrics = await world.get('/.sallyport/metrics')
    expect(metrics.headers['content-type']).toContain('text/plain; version=0.0.4')
    expect(metrics.text).toContain('\nsallyport_policy_serial 1\n')
    expect(metrics.text).toContain(`sallyport_policy_info{version="${health.policy}",source="kv"} 1`)
  })

  test('keeps refusing whom it refused when the policy changes', async () => {
    const statuses = async (): Promise<readonly number[]> => [
      (await world.get('/limited')).status,
      (await world.get('/limited')).status,
      (await world.get('/limited')).status,
    ]
    expect(await statuses()).toEqual([200, 200, 429])
    const before = (await world.health()).limits
    await world.until(await world.publish({ kind: 'publish' }, answering('second', limit(2))))
    expect((await world.get()).text).toBe('second')
    expect((await world.get('/limited')).status).toBe(429)
    const after = (await world.health()).limits
    expect(after).toMatchObject({ calls: before.calls, blockedLocally: before.blockedLocally + 1 })
  })

  test('rolls back', async () => {
    await world.until(await world.publish({ kind: 'rollback', serial: 1 }))
    expect((await world.get()).text).toBe('first')
  })

  test('gives a share of clients the candidate, the same ones always', async () => {
    await world.until(await world.publish({ kind: 'percent', percent: 30 }, answering('candidate')))
    const ips = Array.from({ length: 200 }, (_, i) => `198.51.${100 + (i >> 7)}.${i}`)
    const ask = async (ip: string): Promise<string> => (await world.get('/', ip)).text
    const first = await Promise.all(ips.map(ask))
    expect(new Set(first)).toEqual(new Set(['first', 'candidate']))
    const share = first.filter((text) => text === 'candidate').length
    expect(share).toBeGreaterThan(25)
    expect(share).toBeLessThan(100)
    expect(await Promise.all(ips.map(ask))).toEqual(first)
    const inOneNetwork = await Promise.all(
      [':1', ':ffff', 'a:b:c:d'].map((host) => ask(`2001:db8:0:7:${host}`)),
    )
    expect(new Set(inOneNetwork).size).toBe(1)
    expect((await world.health()).delivery).toMatchObject({ rollout: { mode: 'percent', percent: 30 } })
  })

  test('runs the candidate for all when it is promoted', async () => {
    await world.until(await world.publish({ kind: 'promote' }))
    const texts = await Promise.all(
      ['198.51.100.1', '198.51.100.2', '198.51.100.3'].map(async (ip) => (await world.get('/', ip)).text),
    )
    expect(texts).toEqual(['candidate', 'candidate', 'candidate'])
  })

  test('keeps what runs when the pointer is not signed, and says why', async () => {
    const kv = await world.edge.kv()
    const good = await kv.get('pointer', 'text')
    const { payload, kid } = JSON.parse(good ?? '{}')
    await kv.put('pointer', JSON.stringify({ payload, kid }))
    const line = await (async () => {
      const found = world.log.find((record) => record.kind === 'policy' && record.event === 'refused')
      for (let look = 0; look < 20; look++) {
        await world.get()
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      return found
    })()
    expect(line).toMatchObject({ reason: 'malformed-pointer', count: 1 })
    expect((await world.get()).text).toBe('candidate')
    const { delivery } = await world.health()
    expect(delivery).toMatchObject({
      source: 'kv',
      refusal: { reason: 'malformed-pointer' },
      refusals: { 'malformed-pointer': 1 },
    })
    const metrics = await world.get('/.sallyport/metrics')
    expect(metrics.text).toContain('sallyport_policy_refusals_total{reason="malformed-pointer"} 1')
  })
})

describe('a stage', () => {
  test('is switched off and on without another policy', async () => {
    const world = await open(answering('baseline'))
    const files = answering('guarded', guard('enforce'))
    await world.until(await world.publish({ kind: 'publish' }, files))
    expect((await world.get('/', '203.0.113.9')).status).toBe(403)
    await world.until(await world.publish({ kind: 'kill', stage: 'access' }))
    expect((await world.get('/', '203.0.113.9')).status).toBe(200)
    expect((await world.health()).delivery.kill).toEqual(['access'])
    await world.until(await world.publish({ kind: 'unkill', stage: 'access' }))
    expect((await world.get('/', '203.0.113.9')).status).toBe(403)
    await world.stop()
  })
})

describe('a candidate in shadow', () => {
  test('decides nothing, counts nothing that is shared, and shows where it would differ', async () => {
    const world = await open(answering('baseline'))
    const active = answering('active', limit(1000))
    await world.until(await world.publish({ kind: 'publish' }, active))
    const candidate = answering('other', { ...guard('enforce'), ...limit(1, 'new') })
    await world.until(await world.publish({ kind: 'shadow' }, candidate))
    const denied = await Promise.all(Array.from({ length: 5 }, () => world.get('/x', '203.0.113.9')))
    expect(denied.map(({ text }) => text)).toEqual(new Array(5).fill('active'))
    const limited = await Promise.all(Array.from({ length: 5 }, () => world.get('/limited')))
    expect(limited.map(({ status }) => status)).toEqual(new Array(5).fill(200))
    await expect
      .poll(async () => (await world.health()).delivery.shadow?.disagreements)
      .toEqual({
        'route.active -> access.home': 5,
        'route.active -> limits.new': 4,
        'route.active -> route.other': 1,
      })
    const line = await world.log.find(({ kind }) => kind === 'shadow')
    expect(line).toMatchObject({ kind: 'shadow', candidate: expect.any(String) })
    await world.until(await world.publish({ kind: 'promote' }))
    // Had the shadow counted where others do, the first request would be refused.
    expect((await world.get('/limited')).status).toBe(200)
    await world.stop()
  })
})

describe('a cold isolate', () => {
  test('reads KV three times for 50 requests at once, and all run what is published', async () => {
    const world = await open(answering('baseline'), { variables: { POLICY_REFRESH_SECONDS: '300' } })
    await world.publish({ kind: 'publish' }, answering('published'))
    const replies = await Promise.all(Array.from({ length: 50 }, () => world.get()))
    expect(replies.map(({ text }) => text)).toEqual(new Array(50).fill('published'))
    expect((await world.health()).delivery.reads).toBe(3)
    await world.stop()
  })
})

describe('KV is not read', () => {
  const cases: readonly (readonly [string, Partial<LocalEdgeOptions>, object])[] = [
    [
      'without keys',
      { variables: { SALLYPORT_POLICY_KEYS: '' } },
      { state: 'off', problem: expect.stringContaining('SALLYPORT_POLICY_KEYS is not set') },
    ],
    [
      'with keys that are none',
      { policyKeys: '{' },
      { state: 'misconfigured', problem: expect.stringContaining('not JSON') },
    ],
    [
      'with keys that could sign',
      { policyKeys: policyKeys.sign },
      { state: 'misconfigured', problem: expect.stringContaining('can sign') },
    ],
    [
      'with a least serial that is no number',
      { variables: { POLICY_MIN_SERIAL: 'x' } },
      { state: 'misconfigured', problem: 'POLICY_MIN_SERIAL must be a whole number.' },
    ],
    [
      'with a refresh that is out of range',
      { variables: { POLICY_REFRESH_SECONDS: '0' } },
      { state: 'misconfigured' },
    ],
  ]
  test.each(cases)(
    '%s; the policy inside the Worker runs, and health says so',
    async (_, options, report) => {
      const world = await open(answering('baseline'), options)
      await world.publish({ kind: 'publish' }, answering('published'))
      expect((await world.get()).text).toBe('baseline')
      const { delivery } = await world.health()
      expect(delivery).toMatchObject({ ...report, source: 'baseline', serial: null })
      expect(JSON.stringify(delivery)).not.toMatch(/"d"|"x"/)
      expect(delivery.reads).toBeUndefined()
      await world.stop()
    },
  )

  test('below the least serial', async () => {
    const world = await open(answering('baseline'), { variables: { POLICY_MIN_SERIAL: '5' } })
    await world.publish({ kind: 'publish' }, answering('published'))
    expect((await world.get()).text).toBe('baseline')
    expect((await world.health()).delivery).toMatchObject({ refusal: { reason: 'below-minimum' } })
    await world.stop()
  })
})
