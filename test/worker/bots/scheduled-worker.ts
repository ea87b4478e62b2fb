/** The cron and an isolate in workerd, with the real KV, cache and fetch of the runtime. */

import { createDnsProofs, type DnsProofs } from '../../../src/ingress/bots/dns/dns-proofs.ts'
import { createRangeBook } from '../../../src/ingress/bots/ranges/range-book.ts'
import { createKeyDirectory } from '../../../src/ingress/bots/web-bot-auth/key-directory.ts'
import { parseAddress } from '../../../src/net/address.ts'
import type { CronModel } from '../../../src/worker/bots/bot-cron.ts'
import { createBotData } from '../../../src/worker/bots/bot-data.ts'
import { type BotNamespace, openBotStore } from '../../../src/worker/bots/bot-store.ts'
import { createDohClient } from '../../../src/worker/bots/doh-client.ts'
import { runScheduled } from '../../../src/worker/bots/scheduled.ts'
import { createSharedFindings, type NamedCaches } from '../../../src/worker/bots/shared-findings.ts'

interface Env {
  readonly RULES: BotNamespace
  readonly IDS: string
}

// The runtime's own, of which Node's types know nothing.
const caches: NamedCaches = Reflect.get(globalThis, 'caches')
const SECRET = new Uint8Array(16).fill(7)

function modelOf({ IDS }: Env): CronModel & { mode: 'enforce' } {
  const ranges = IDS.split(',').map((id) => ({
    id,
    url: `https://${id}.example/list`,
    format: 'json' as const,
  }))
  return { mode: 'enforce', ranges, verification: { web_bot_auth: { hosts: ['https://agent.example'] } } }
}

const newProofs = (): DnsProofs =>
  createDnsProofs({
    ask: createDohClient('https://resolver.example/dns-query', (url, init) => fetch(url, init)),
    shared: createSharedFindings(caches, 'https://resolver.example/'),
    clock: Date.now,
  })
const proofs = newProofs()

/** `finding` as requests see it: at first, and once all that was kept alive has ended. */
async function look(address: string, of: DnsProofs): Promise<readonly string[]> {
  const work: Promise<unknown>[] = []
  const find = (): string =>
    of.find(parseAddress(address), ['.googlebot.com'], Date.now(), (more) => work.push(more))
  const first = find()
  await Promise.all(work)
  return [first, find()]
}

async function report(env: Env, addresses: readonly string[]): Promise<unknown> {
  const model = modelOf(env)
  const isolate = createBotData({ store: openBotStore(env.RULES, false), secret: SECRET, clock: Date.now })
  const none = (): never => {
    throw new Error('no snapshot')
  }
  const ranges = createRangeBook(model.ranges, none, 86_400)
  isolate.supply({ ranges, keys: createKeyDirectory(model.verification.web_bot_auth.hosts) })
  const work: Promise<unknown>[] = []
  isolate.refresh((more) => work.push(more), Date.now())
  await Promise.all(work)
  const ids = model.ranges.map(({ id }) => id)
  const findings = addresses.map((text) => ranges.find(parseAddress(text), ids, Date.now()))
  return { findings, ...isolate.report(Date.now()) }
}

export default {
  async scheduled(_: unknown, env: Env): Promise<void> {
    await runScheduled({ kv: env.RULES, secret: SECRET, write: (line) => console.log(line) }, modelOf(env))
  },
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const addresses = (searchParams.get('ip') ?? '').split(',')
    if (pathname === '/report') return Response.json(await report(env, addresses))
    const of = searchParams.has('fresh') ? newProofs() : proofs
    return Response.json(await look(addresses[0] ?? '', of))
  },
}
