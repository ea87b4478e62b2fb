/** What the battery does not try at load balancers that ask the auth server: its absence, upgrades, repeats. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../bench/workerd-process.ts'
import { closeServer, listen } from '../origin/apps.ts'
import { addField, sendFromEdge, toWire } from '../origin/edge.ts'
import { type RawResponse, sendRaw } from '../origin/raw-client.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'
import type { RunningProxy } from './setup.ts'
import { createApache } from './setups/apache.ts'
import { caddy } from './setups/caddy.ts'

const DOORS = [
  { name: 'caddy', proxy: caddy },
  { name: 'apache with threads', proxy: createApache('event') },
  { name: 'apache with processes', proxy: createApache('prefork') },
]

/** Counts requests, and answers an upgrade with whatever came after it in capitals. */
function openOrigin(): { readonly server: Server; take(): number } {
  let count = 0
  const server = createServer({ maxHeaderSize: 65_536 }, (_request, response) => {
    count++
    response.end('reached')
  })
  server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Buffer) => socket.end(chunk.toString().toUpperCase()))
  })
  const take = (): number => {
    const seen = count
    count = 0
    return seen
  }
  return { server, take }
}

/** Says something once the upgrade is answered, as who wants one has to (RFC 6455 section 4.1): all that came back. */
async function talk(port: number, request: string, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1')
  socket.write(request, 'latin1')
  let answer = ''
  for await (const part of socket) {
    if (answer === '') socket.write(text)
    answer += part
  }
  return answer
}

for (const { name, proxy } of DOORS) {
  describe.skipIf(!proxy.isInstalled())(name, () => {
    const origin = openOrigin()
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-asking-'))
    let port = 0
    let running: RunningProxy

    const sign = async (fields: readonly string[] = [], target = {}): Promise<string> => {
      const created = Math.floor(Date.now() / 1000)
      const message = { authority: `127.0.0.1:${port}`, ...target }
      const signed = await sendFromEdge({ created, message })
      let request = signed
      for (let i = 0; i < fields.length; i += 2)
        request = addField(request, fields[i] ?? '', fields[i + 1] ?? '')
      return toWire(request)
    }
    const close = ['Connection', 'close']

    beforeAll(async () => {
      const originPort = await listen(origin.server)
      port = await freePort()
      running = await proxy.start({
        folder,
        port,
        originPort,
        keys: { keys: [HMAC_KEY] },
        unsigned: ['/healthz'],
      })
      // It refuses what was signed before its start, minus the clocks' difference.
      await new Promise((resolve) => setTimeout(resolve, 1000))
    })
    afterAll(async () => {
      await running?.stop()
      await closeServer(origin.server)
      rmSync(folder, { recursive: true, force: true })
    })

    test('of fifty copies at the same time exactly one passes', async () => {
      const request = await sign(close)
      const answers = await Promise.all(Array.from({ length: 50 }, () => sendRaw(port, request)))
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      expect(answers.filter(({ status }) => status === 403)).toHaveLength(49)
      expect(origin.take()).toBe(1)
    })

    test('a signed upgrade goes through, both ways', async () => {
      const request = await sign([
        ...['Connection', 'Upgrade', 'Upgrade', 'websocket', 'Sec-WebSocket-Version', '13'],
        ...['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
      ])
      expect(await talk(port, request, 'hello')).toMatch(/^HTTP\/1\.1 101 [\s\S]*\r\n\r\nHELLO$/)
    })

    test('what the edge lets through by default is not too long here', async () => {
      const many = Array.from({ length: 92 }, (_, i) => [`X-Field-${i}`, 'value']).flat()
      const cookie = `a=${'x'.repeat(8190)}`
      const large = await sign([...close, 'Cookie', cookie, ...many], {
        path: `/${'a'.repeat(8190)}`,
        query: '?',
      })
      expect((await sendRaw(port, large)).status).toBe(200)
      expect(origin.take()).toBe(1)
    })

    test('a refusal says that the door is shut, in the words of the middleware', async () => {
      const host = `Host: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`
      const nothing = await sendRaw(port, `GET / HTTP/1.1\r\n${host}`)
      expect(nothing.status).toBe(401)
      expect(nothing.head).toMatch(/^www-authenticate: Signature$/im)
      const wrong = await sendRaw(port, `GET / HTTP/1.1\r\nSignature: x\r\n${host}`)
      expect(wrong.status).toBe(403)
      for (const { head, body, status } of [nothing, wrong]) {
        expect(head).toMatch(/^content-type: application\/problem\+json$/im)
        expect(head).toMatch(/^cache-control: no-store$/im)
        expect(JSON.parse(body)).toMatchObject({ status })
      }
    })

    test('nothing is read after a body that the proxy does not understand', async () => {
      const smuggled = await sign(close)
      const created = Math.floor(Date.now() / 1000)
      const message = { authority: `127.0.0.1:${port}`, method: 'POST' }
      const odd = addField(await sendFromEdge({ created, message }), 'Transfer-Encoding', 'chunked, chunked')
      const answer = await sendRaw(port, toWire(odd) + smuggled)
      expect([400, 403, 501]).toContain(answer.status)
      expect(origin.take()).toBe(0)
    })

    // The last: nothing passes any more.
    test('when the auth server is gone nobody gets in but health probes', async () => {
      const server = running.pids.at(-1)
      if (server !== undefined) process.kill(server, 'SIGKILL')
      const request = await sign(close)
      let answer: RawResponse = await sendRaw(port, request)
      expect([502, 503]).toContain(answer.status)
      answer = await sendRaw(port, await sign(close))
      expect([502, 503]).toContain(answer.status)
      expect(origin.take()).toBe(0)
      const probe = await sendRaw(port, 'GET /healthz HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n')
      expect(probe.status).toBe(200)
    })
  })
}
