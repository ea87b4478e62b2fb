import { describe, expect, test } from 'vitest'
import { parseAddress } from '../../../src/net/address.ts'
import { createVerificationMemory } from '../../../src/worker/bots/verification-memory.ts'
import { list, modelOf, page, SECRET, source, World } from './world.ts'

const noSet = (): never => {
  throw new Error('no snapshot')
}

function verificationOf(resolver: string) {
  return {
    web_bot_auth: { mode: 'enforce', hosts: [], max_age: 300, skew: 5 },
    platform: true,
    ranges_max_age: 7 * 86_400,
    dns: { mode: 'enforce', resolver },
    spoofed: 'proof-of-work',
    pending: 'none',
  } as const
}

async function opened() {
  const world = new World()
  world.pages.set('https://a.example/list', page(list('5.9.0.0/24')))
  await world.cron(modelOf([source('a')]))
  const kv = {
    get: async () => new Response(world.value).body,
    put: () => expect.unreachable(),
  }
  const memory = createVerificationMemory({
    kv,
    secret: SECRET,
    fetch: world.fetch,
    caches: undefined,
    clock: () => world.now,
  })
  const open = (resolver = 'https://resolver.example/dns-query') =>
    memory.open({ ranges: [source('a')], verification: verificationOf(resolver) }, noSet)
  const settle = async (): Promise<void> => void (await Promise.all(world.work.splice(0)))
  return { world, memory, open, settle, keepAlive: (work: Promise<unknown>) => void world.work.push(work) }
}

describe('what an isolate knows of agents', () => {
  test('is there for the next policy too', async () => {
    const { world, memory, open, settle, keepAlive } = await opened()
    const { ranges } = open()
    memory.refresh(keepAlive, world.now)
    await settle()
    expect(ranges.find(parseAddress('5.9.0.1'), ['a'], world.now)).toBe('inside')
    expect(open().ranges.find(parseAddress('5.9.0.1'), ['a'], world.now)).toBe('inside')
    expect(memory.report(world.now)).toMatchObject({ store: 'good', ranges: [{ id: 'a', count: 1, age: 0 }] })
  })

  test('of names holds until another resolver is asked', async () => {
    const { world, memory, open, settle, keepAlive } = await opened()
    const address = parseAddress('66.249.66.1')
    const find = ({ dns }: ReturnType<typeof open>): string =>
      dns.find(address, ['.googlebot.com'], world.now, keepAlive)
    expect(find(open())).toBe('pending')
    await settle()
    expect(find(open())).toBe('unknown')
    expect(find(open('https://other.example/dns-query'))).toBe('pending')
    await settle()
    expect(world.asked.slice(1).map(({ url }) => new URL(url).host)).toEqual([
      'resolver.example',
      'other.example',
    ])
    expect(memory.report(world.now).dns).toMatchObject({ unknown: 1 })
  })

  test('is not shared by those who ask another resolver', async () => {
    const kept = new Map<string, Response>()
    const caches = {
      open: async () => ({
        match: async (key: string) => kept.get(key)?.clone(),
        put: async (key: string, response: Response) => void kept.set(key, response),
      }),
    }
    const asked: string[] = []
    const fetch = async (url: string): Promise<Response> => {
      asked.push(new URL(url).hostname)
      return Response.json({ Status: 3 })
    }
    const find = async (resolver: string): Promise<void> => {
      const memory = createVerificationMemory({
        kv: undefined,
        secret: SECRET,
        fetch,
        caches,
        clock: Date.now,
      })
      const { dns } = memory.open({ ranges: [], verification: verificationOf(resolver) }, noSet)
      const work: Promise<unknown>[] = []
      dns.find(parseAddress('192.0.2.1'), ['.a.example'], Date.now(), (one) => work.push(one))
      await Promise.all(work)
    }
    for (const host of ['one', 'one', 'two']) await find(`https://${host}.example/dns-query`)
    expect(asked).toEqual(['one.example', 'two.example'])
  })
})
