/**
 * What verification data costs, for Node and for workerd: 27,000 prefixes in 21 lists, the same in every run.
 * @module
 */
import { createDnsProofs } from '../../src/ingress/bots/dns/dns-proofs.ts'
import { createRangeBook, type RangeBook } from '../../src/ingress/bots/ranges/range-book.ts'
import type { Address } from '../../src/net/address.ts'
import { formatPrefix, type Prefix } from '../../src/net/prefix.ts'
import { buildPrefixSet, openPrefixSet, type PrefixSet } from '../../src/net/prefix-set.ts'
import { runBotCron } from '../../src/worker/bots/bot-cron.ts'
import { createBotData } from '../../src/worker/bots/bot-data.ts'
import { createRandom } from './prefix-data.ts'

export interface Case {
  readonly name: string
  /** Operations of one batch. */
  readonly count: number
  run(count: number): number | Promise<number>
}

const LISTS = 21
const PREFIXES = 27_000
const PROBES = 4096
const NOW = 1_780_000_000_000
const SECRET = new Uint8Array(16).fill(1)

const idOf = (list: number): string => `list-${list}`

/** Small networks anywhere in 16.0.0.0/4 and 2600::/12: address space of everybody, none of it special. */
function makeLists(): readonly (readonly Prefix[])[] {
  const random = createRandom(6)
  return Array.from({ length: LISTS }, () =>
    Array.from({ length: Math.ceil(PREFIXES / LISTS) }, (_, i): Prefix => {
      if (i % 5 === 0) {
        const words = [0x26000000 | (random() & 0xfffff), random(), 0, 0] as const
        return { address: { version: 6, words }, length: 64 }
      }
      const length = 24 + (random() % 9)
      const value = 0x10000000 + Math.floor((random() >>> 4) / 2 ** (32 - length)) * 2 ** (32 - length)
      return { address: { version: 4, value }, length }
    }),
  )
}

function makeProbes(lists: readonly (readonly Prefix[])[]): readonly Address[] {
  const random = createRandom(7)
  return Array.from({ length: PROBES }, (_, i): Address => {
    const list = lists[random() % LISTS] ?? []
    const drawn = list[random() % list.length]?.address
    return i % 2 === 0 && drawn ? drawn : { version: 4, value: 0x10000000 + (random() >>> 4) }
  })
}

const noSet = (): PrefixSet => openPrefixSet(buildPrefixSet([]))
const sources = Array.from({ length: LISTS }, (_, i) => ({
  id: idOf(i),
  url: `https://${idOf(i)}.example/list`,
  format: 'json' as const,
}))

function fillBook(lists: readonly (readonly Prefix[])[]): RangeBook {
  const book = createRangeBook(sources, noSet, 86_400)
  for (const [i, list] of lists.entries()) {
    const set = openPrefixSet(buildPrefixSet(list.map((prefix) => ({ prefix, value: 1 }))))
    book.replace(idOf(i), set, NOW / 1000, list.length)
  }
  return book
}

function findCase(name: string, book: RangeBook, probes: readonly Address[], ids: readonly string[]): Case {
  return {
    name,
    count: 100_000,
    run(count) {
      let inside = 0
      for (let i = 0; i < count; i++) if (book.find(probes[i & (PROBES - 1)], ids, NOW) === 'inside') inside++
      return inside
    },
  }
}

function dnsCase(): Case {
  const proofs = createDnsProofs({
    ask: async (_, type) => ({ kind: 'found', data: [type === 'PTR' ? 'a.bot.example' : '16.0.0.1'] }),
    clock: () => NOW,
  })
  const address: Address = { version: 4, value: 0x10000001 }
  const suffixes = ['.bot.example']
  const look = (): string => proofs.find(address, suffixes, NOW, () => {})
  return {
    name: 'DNS, confirmed before',
    count: 100_000,
    async run(count) {
      while (look() !== 'confirmed') await new Promise((resolve) => setTimeout(resolve, 1))
      let sum = 0
      for (let i = 0; i < count; i++) if (look() === 'confirmed') sum++
      return sum
    },
  }
}

/** The cron with all lists new each time, and an isolate that takes what it wrote. */
function cronCases(lists: readonly (readonly Prefix[])[]): readonly Case[] {
  const texts = new Map(
    lists.map((list, i) => {
      const prefixes = list.map((prefix) => ({
        [prefix.address.version === 4 ? 'ipv4Prefix' : 'ipv6Prefix']: formatPrefix(prefix),
      }))
      return [`https://${idOf(i)}.example/list`, JSON.stringify({ prefixes })]
    }),
  )
  let value: ArrayBuffer | null = null
  const store = {
    get: async () => value,
    put: async (next: ArrayBuffer) => {
      value = next
    },
  }
  const model = { ranges: sources, verification: { web_bot_auth: { hosts: [] } } }
  const ports = {
    store,
    fetch: async (url: string) => new Response(texts.get(url)),
    now: () => NOW,
    secret: SECRET,
    write: () => {},
  }
  const cron = async (): Promise<number> => {
    const report = await runBotCron(ports, model)
    const failed = report.sources.find(({ why }) => why !== undefined)
    if (failed) throw new Error(`${failed.id}: ${failed.why}`)
    return report.sources.length
  }
  const isolate = async (): Promise<number> => {
    if (value === null) await cron()
    const data = createBotData({ store, secret: SECRET, clock: () => NOW })
    data.supply({ ranges: createRangeBook(sources, noSet, 86_400), keys: { replace() {}, ages: () => [] } })
    let work: Promise<unknown> | undefined
    data.refresh((look) => {
      work = look
    }, NOW)
    await work
    if (data.report(NOW).store !== 'good') throw new Error(data.report(NOW).store)
    return 1
  }
  return [
    { name: 'cron: all lists read, checked, built, sealed', count: 1, run: cron },
    { name: 'isolate: value checked, sets opened', count: 1, run: isolate },
  ]
}

export function createCases(): readonly Case[] {
  const lists = makeLists()
  const probes = makeProbes(lists)
  const book = fillBook(lists)
  const all = openPrefixSet(buildPrefixSet(lists.flat().map((prefix) => ({ prefix, value: 1 }))))
  const whole = createRangeBook(sources, noSet, 86_400)
  whole.replace(idOf(0), all, NOW / 1000)
  return [
    findCase('27,000 ranges in one list', whole, probes, [idOf(0)]),
    findCase('one list of 21', book, probes, [idOf(4)]),
    findCase('four lists of 21', book, probes, [4, 5, 6, 7].map(idOf)),
    dnsCase(),
    ...cronCases(lists),
  ]
}
