/**
 * The bench's side in workerd; its caller holds the clock. `PUT /probes` takes addresses as JSON, `PUT /set`
 * the binary form; `GET /open?times=` opens the set and `GET /v4?times=`, `GET /v6?times=` look addresses up.
 */
import { type Address, parseAddress } from '../../src/net/address.ts'
import { openPrefixSet, type PrefixSet } from '../../src/net/prefix-set.ts'

let buffer = new ArrayBuffer(0)
let set: PrefixSet | undefined
let probes: { v4: Address[]; v6: Address[] } = { v4: [], v6: [] }

function readProbes(texts: unknown): void {
  const all = (Array.isArray(texts) ? texts : []).flatMap((text) => parseAddress(String(text)) ?? [])
  probes = { v4: all.filter(({ version }) => version === 4), v6: all.filter(({ version }) => version === 6) }
}

function lookUp(addresses: readonly Address[], times: number): number {
  if (!set) throw new Error('No set was sent.')
  const mask = addresses.length - 1
  let sum = 0
  for (let i = 0; i < times; i++) sum += set.lookup(addresses[i & mask] as Address)
  return sum
}

function open(times: number): number {
  for (let i = 0; i < times; i++) set = openPrefixSet(buffer)
  return times
}

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const times = Number(searchParams.get('times'))
    if (pathname === '/probes') readProbes(await request.json())
    if (pathname === '/set') buffer = await request.arrayBuffer()
    if (pathname === '/open' || pathname === '/set') return new Response(String(open(Math.max(1, times))))
    if (pathname === '/v4' || pathname === '/v6')
      return new Response(String(lookUp(pathname === '/v4' ? probes.v4 : probes.v6, times)))
    return new Response('')
  },
}
