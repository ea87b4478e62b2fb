/** HAProxy beyond the battery: facts, its memory of nonces, its log. */
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { FACTS, formatFacts } from '../../src/origin/facts.ts'
import { serializeClient, serializeVerdict } from '../../src/signature/fields.ts'
import { addField, sendFromEdge, toWire } from '../origin/edge.ts'
import { sendRaw } from '../origin/raw-client.ts'
import { clients, MESSAGE, verdicts } from '../signature/fixtures.ts'
import type { Seen } from './echo-origin.ts'
import { type HaproxyRun, openLine, runHaproxy, sendCopies } from './haproxy-run.ts'
import { haproxy } from './setups/haproxy.ts'

const ID = '0192f0c1-7d5e-7abc-8def-0123456789ab'

const count = (statuses: readonly number[], status: number): number =>
  statuses.filter((one) => one === status).length

/** The fields of ours and of identity that the application saw, in lower case and in order of their names. */
function claims({ fields }: Seen): string[] {
  const all: string[] = []
  for (let i = 0; i < fields.length; i += 2) {
    const name = (fields[i] ?? '').toLowerCase()
    if (!['user-agent', 'host', 'connection'].includes(name)) all.push(`${name}: ${fields[i + 1]}`)
  }
  return all.sort()
}

function lines(pairs: readonly string[]): string[] {
  const all: string[] = []
  for (let i = 0; i < pairs.length; i += 2) all.push(`${pairs[i]?.toLowerCase()}: ${pairs[i + 1]}`)
  return all.sort()
}

describe.skipIf(!haproxy.isInstalled())('HAProxy', () => {
  let running: HaproxyRun
  afterEach(() => running.stop())

  test('tells the application exactly the facts that were signed', async () => {
    running = await runHaproxy({ changes: { facts: FACTS } })
    const line = await openLine(running.port)
    await fc.assert(
      fc.asyncProperty(clients, verdicts, async (client, verdict) => {
        const signed = { client: serializeClient(client) ?? '', verdict: serializeVerdict(verdict) ?? '' }
        fc.pre(signed.verdict !== '')
        expect(await line.send(await running.sign({ message: signed }))).toBe(200)
        const [saw] = running.take()
        const accepted = {
          ok: true,
          client,
          verdict,
          requestId: ID,
          keyid: '',
          nonce: '',
          created: 0,
          expires: 0,
        }
        expect(saw && claims(saw)).toEqual(lines(formatFacts(accepted as never, FACTS)))
        expect(saw?.fields[saw.fields.findIndex((name) => name.toLowerCase() === 'host') + 1]).toBe(
          client.host,
        )
      }),
      { numRuns: 300 },
    )
    line.close()
  })

  test.each([40, 1000])('lets one of %i copies through that come at once', async (copies) => {
    running = await runHaproxy()
    const statuses = await sendCopies(Array(copies).fill(running.port), await running.sign())
    expect([count(statuses, 200), count(statuses, 403)]).toEqual([1, copies - 1])
    expect(running.take()).toHaveLength(1)
  })

  test('refuses all when its memory is full, and remembers what it has', async () => {
    running = await runHaproxy({
      edit: (text) => text.replace(/size [0-9]+ expire 71s/, 'size 12 expire 71s'),
    })
    const line = await openLine(running.port)
    const sent = await Promise.all(Array.from({ length: 20 }, () => running.sign()))
    const statuses: number[] = []
    for (const one of [...sent, ...sent]) statuses.push(await line.send(one))
    line.close()
    expect(statuses.slice(0, 12)).toEqual(Array(12).fill(200))
    expect(count(statuses.slice(12), 403)).toBe(28)
    await expect.poll(running.output).toContain('door=replay-store')
  })

  test('refuses what was signed before it started, as it may have been used', async () => {
    const earlier = Math.floor(Date.now() / 1000) - 2
    running = await runHaproxy({ early: true })
    const answer = await sendRaw(
      running.port,
      toWire(addField(await running.sign({ created: earlier }), 'Connection', 'close')),
    )
    expect(answer.status).toBe(403)
    await expect.poll(running.output).toContain('door=too-old')
  })

  test('refuses the third form of a signature, whose body only a middleware can unwrap', async () => {
    running = await runHaproxy()
    const line = await openLine(running.port)
    const message = { ...MESSAGE, authority: `127.0.0.1:${running.port}`, body: 'chunks=:AA==:' }
    const created = Math.floor(Date.now() / 1000)
    expect(await line.send(await sendFromEdge({ created, message }))).toBe(403)
    await expect.poll(running.output).toContain('door=signature-input-form')
    line.close()
  })

  test('logs the first twenty refusals of a second, and then is quiet', async () => {
    running = await runHaproxy()
    const line = await openLine(running.port)
    const unsigned = { method: 'GET', target: '/', fields: ['Host', 'a'] }
    for (let i = 0; i < 500; i++) expect(await line.send(unsigned)).toBe(401)
    line.close()
    const logged = running.output().split('door=unsigned').length - 1
    expect(logged).toBeGreaterThan(0)
    expect(logged).toBeLessThan(200)
  })

  test('knows several authorities apart, in any case and with the default port', async () => {
    const changes = { authorities: ['one.example', 'two.example:8443'] }
    running = await runHaproxy({ changes })
    const line = await openLine(running.port)
    const status = async (signed: string, host: string): Promise<number> => {
      const request = await running.sign({ message: { authority: signed } })
      return line.send({ ...request, fields: request.fields.with(1, host) })
    }
    expect(await status('one.example', 'ONE.example:80')).toBe(200)
    expect(await status('two.example:8443', 'Two.example:8443')).toBe(200)
    expect(await status('one.example', 'two.example:8443')).toBe(403)
    expect(await status('two.example', 'two.example')).toBe(403)
    line.close()
  })
})
