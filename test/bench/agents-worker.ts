/**
 * The bench's side in workerd; its caller holds the clock. `PUT /part` takes the part with the agents, `PUT /set`
 * User-Agents as JSON; `GET /run?name=&count=` runs a contender, `GET /fresh?count=` reads the set anew that often
 * and asks the memory, or with `&ask=no` reads it only; `GET /hostile?name=&shape=&count=` asks with a hostile one.
 */
import { openAgents } from '../../src/ingress/bots/identity/agent-index.ts'
import { type AgentContender, createContenders, HOSTILE } from './agents-contenders.ts'

let part = new ArrayBuffer(0)
let text = '[]'
let contenders: readonly AgentContender[] = []
let opened = 0

function runFresh(count: number, asks: boolean): number {
  const index = openAgents({ buffer: part, offset: 0, length: part.byteLength })
  let sum = 0
  for (let i = 0; i < count; i++) {
    // Strings as they come with a request: their hashes are not known yet.
    const userAgents: string[] = JSON.parse(text)
    if (!asks) continue
    for (const userAgent of userAgents) sum += index.identify(userAgent).declared ? 1 : 0
  }
  return sum
}

function runHostile(name: string | null, shape: number, count: number): number {
  const asks = contenders.find((one) => one.name === name)?.asks
  const userAgent = HOSTILE[shape]?.[1] ?? ''
  let sum = 0
  for (let i = 0; i < count; i++) sum += asks?.(userAgent) ? 1 : 0
  return sum
}

function open(count: number): number {
  for (let i = 0; i < count; i++)
    opened += openAgents({ buffer: part, offset: 0, length: part.byteLength }).agents.length
  return opened
}

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const count = Number(searchParams.get('count'))
    const name = searchParams.get('name')
    if (pathname === '/part') part = await request.arrayBuffer()
    if (pathname === '/set') {
      text = await request.text()
      contenders = createContenders(part, JSON.parse(text))
    }
    let sum = 0
    if (pathname === '/run') sum = contenders.find((one) => one.name === name)?.run(count) ?? Number.NaN
    if (pathname === '/fresh') sum = runFresh(count, searchParams.get('ask') !== 'no')
    if (pathname === '/hostile') sum = runHostile(name, Number(searchParams.get('shape')), count)
    if (pathname === '/open') sum = open(count)
    return new Response(String(sum), { status: Number.isNaN(sum) ? 404 : 200 })
  },
}
