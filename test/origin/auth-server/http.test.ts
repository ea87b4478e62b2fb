import { Agent, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SERVER_MODES } from '../../../src/origin/auth-server/modes.ts'
import { type AuthServer, startAuthServer } from '../../../src/origin/auth-server/start.ts'
import { createMemoryReplayStore } from '../../../src/origin/replay-memory.ts'
import { MESSAGE, NOW } from '../../signature/fixtures.ts'
import { ED25519_KEY, HMAC_KEY } from '../../signature/keys-fixture.ts'
import { addField, getField, sendFromEdge, setField, toWire } from '../edge.ts'
import { MUTATIONS } from '../mutations.ts'
import { sendRaw } from '../raw-client.ts'
import { ask, askAs, portIn, tellsFraming } from './ask.ts'

const VERIFIER = {
  keys: { keys: [HMAC_KEY, ED25519_KEY] },
  authority: 'origin.example',
  now: () => NOW,
  unsigned: { paths: ['/healthz'] },
}

/** What these load balancers settle before they ask: they send one Host, and some tell nothing of framing. */
const SETTLED = ['host', 'framing', 'connection']

describe.each(SERVER_MODES)('asked by %s over HTTP', (mode) => {
  let server: AuthServer
  beforeAll(async () => {
    server = await startAuthServer({
      mode,
      protocol: 'http',
      listen: { kind: 'tcp', host: '127.0.0.1', port: 0 },
      facts: ['country', 'asn', 'log'],
      // As if it had started long ago: else what was signed before is refused.
      verifier: { ...VERIFIER, replay: createMemoryReplayStore() },
    })
  })
  afterAll(() => server.close())

  test('a signed request is let in with its facts, once', async () => {
    const question = askAs(mode, await sendFromEdge({ created: NOW }))
    const first = await ask(server.address, question)
    expect(first.status).toBe(200)
    for (const line of [
      'X-Forwarded-For: 203.0.113.77',
      'X-Forwarded-Host: shop.example',
      'X-Forwarded-Proto: https',
      'X-Real-IP: 203.0.113.77',
      'X-Request-ID: 0192f0c1-7d5e-7abc-8def-0123456789ab',
      'Forwarded: for="203.0.113.77:50123";host="shop.example";proto=https',
      'Sallyport-Country: NO',
      'Sallyport-Asn: 64496',
      'Sallyport-Log: access.x limits.y',
    ]) {
      expect(first.head).toContain(`\r\n${line}\r\n`)
    }
    expect(first.head).not.toContain('Sallyport-Colo')
    expect((await ask(server.address, question)).status).toBe(403)
  })

  test('a refusal says that the door is shut, and not why', async () => {
    const intact = await sendFromEdge({ created: NOW })
    const question = askAs(mode, setField(intact, 'Sallyport-Client', 'ip="192.0.2.1"'))
    const refused = await ask(server.address, question)
    expect(refused.status).toBe(403)
    expect(refused.head).toContain('application/problem+json')
    expect(JSON.parse(refused.body)).toEqual({ title: 'This request was not accepted', status: 403 })
    const unsigned = askAs(mode, { method: 'GET', target: '/', fields: ['Host', 'origin.example'] })
    const stranger = await ask(server.address, unsigned)
    expect(stranger.status).toBe(401)
    expect(stranger.head).toContain('www-authenticate: Signature')
  })

  test('a health probe passes without facts, and only as such', async () => {
    const probe = { method: 'GET', target: '/healthz', fields: ['Host', 'anything'] }
    const passed = await ask(server.address, askAs(mode, probe))
    expect(passed.status).toBe(200)
    expect(passed.head).not.toMatch(/x-forwarded|x-real-ip|sallyport/i)
    expect((await ask(server.address, askAs(mode, { ...probe, target: '/healthz?' }))).status).toBe(401)
    expect((await ask(server.address, askAs(mode, { ...probe, method: 'POST' }))).status).toBe(401)
  })

  const cases = MUTATIONS.filter(
    ({ expect: expected }) =>
      expected === 'pass' ||
      (expected !== 'host' && (tellsFraming(mode, 'http') || !SETTLED.includes(expected))),
  )
  test.each(cases)('the battery: $name', async ({ mutate, expect: expected }) => {
    const question = askAs(mode, await mutate(await sendFromEdge({ created: NOW }), NOW))
    const { status } = await ask(server.address, question)
    // Node's own parser refuses some targets when they are mirrored.
    if (expected === 'pass') expect(status).toBe(200)
    else expect(expected === 'unsigned' ? [401] : [403, 400]).toContain(status)
  })

  test('what any other mode reads does not help a client', async () => {
    const signed = await sendFromEdge({ created: NOW, message: { path: '/public', query: '?' } })
    for (const spoof of [
      ['X-Original-URI', '/public'],
      ['X-Original-URL', 'http://origin.example/public'],
      ['X-Original-Method', 'GET'],
      ['X-Forwarded-Uri', '/public'],
      ['X-Forwarded-Method', 'GET'],
      ['X-Forwarded-Host', 'origin.example'],
      ['X-Rewrite-URL', '/public'],
      ['Sallyport-Door-Target', '/public'],
      ['Sallyport_Door_Target', '/public'],
      ['X_Forwarded_Uri', '/public'],
      ['X_Original_URL', 'http://origin.example/public'],
      ['X-HTTP-Method-Override', 'GET'],
    ]) {
      const [name = '', value = ''] = spoof
      for (const attack of [
        { ...signed, target: '/admin' },
        { ...signed, method: 'DELETE' },
        setField(signed, 'Host', 'other.example'),
      ]) {
        const first = await ask(server.address, askAs(mode, addField(attack, name, value)))
        expect([name, first.status]).toEqual([name, 403])
        // The client's field may also come before the load balancer's.
        const question = askAs(mode, attack)
        const ahead = { ...question, fields: [name, value, ...question.fields] }
        expect([name, (await ask(server.address, ahead)).status]).toEqual([name, 403])
      }
    }
  })

  test('absolute form is refused', async () => {
    const signed = await sendFromEdge({ created: NOW })
    const question = askAs(mode, { ...signed, target: `http://other.example${signed.target}` })
    expect((await ask(server.address, question)).status).toBe(403)
  })
})

describe('the wire', () => {
  let server: AuthServer
  beforeAll(async () => {
    server = await startAuthServer({
      mode: 'nginx-auth-request',
      listen: { kind: 'tcp', host: '127.0.0.1', port: 0 },
      facts: [],
      verifier: VERIFIER,
    })
  })
  afterAll(() => server.close())

  test('a repeated field after three thousand others is seen', async () => {
    const intact = askAs('nginx-auth-request', await sendFromEdge({ created: NOW }))
    const filler = Array.from({ length: 3000 }, (_, i) => [`a${i}`, '1']).flat()
    const many = { ...intact, fields: [...intact.fields, ...filler] }
    const evil = addField(many, 'Sallyport-Client', getField(intact, 'Sallyport-Client'))
    expect((await ask(server.address, evil)).status).toBe(403)
    expect((await ask(server.address, many)).status).toBe(200)
  })

  test('more than 64 KiB of fields is refused', async () => {
    const intact = askAs('nginx-auth-request', await sendFromEdge({ created: NOW }))
    const large = addField(intact, 'Cookie', 'x'.repeat(66_000))
    expect((await ask(server.address, large)).status).toBe(400)
  })

  test('a WebSocket handshake is answered like any request', async () => {
    const question = askAs('nginx-auth-request', await sendFromEdge({ created: NOW }))
    const fields = [...question.fields, 'Upgrade', 'websocket', 'Connection', 'Upgrade']
    const socket = connect(portIn(server.address), '127.0.0.1')
    socket.write(toWire({ ...question, fields }))
    const text = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))))
    expect(text).toMatch(/^HTTP\/1\.1 200 /)
    socket.destroy()
  })

  test.each([
    'CONNECT origin.example:443 HTTP/1.1\r\nHost: origin.example\r\n\r\n',
    'no http at all\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    'GET / HTTP/1.1\r\nHost : a\r\n\r\n',
  ])('%j is answered with 400 and a closed connection', async (wire) => {
    const { status, head } = await sendRaw(portIn(server.address), wire)
    expect(status).toBe(400)
    expect(head).toContain('Connection: close')
  })

  test('who asks for a tunnel and never ends is closed all the same', async () => {
    const socket = connect({ port: portIn(server.address), host: '127.0.0.1', allowHalfOpen: true })
    const isReset = new Promise((resolve) => socket.on('error', resolve))
    socket.on('data', () => undefined)
    socket.write('CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n')
    // What is written to a closed connection is answered with a reset.
    const writing = setInterval(() => socket.write('x'), 5)
    await isReset
    clearInterval(writing)
  })

  test.each(['100-continue', 'something-else'])('Expect: %s changes nothing', async (value) => {
    const question = askAs('nginx-auth-request', await sendFromEdge({ created: NOW }))
    expect((await ask(server.address, addField(question, 'Expect', value))).status).toBe(200)
  })

  test('1,000 copies of one request at once: one comes in', async () => {
    const { fields } = askAs('nginx-auth-request', await sendFromEdge({ created: NOW }))
    const agent = new Agent({ keepAlive: true, maxSockets: 32 })
    const statuses = await Promise.all(
      Array.from(
        { length: 1000 },
        () =>
          new Promise<number>((resolve, reject) => {
            const options = { port: portIn(server.address), agent, setHost: false, headers: [...fields] }
            httpRequest(options, (response) => {
              response.resume()
              response.on('end', () => resolve(response.statusCode ?? 0))
            })
              .on('error', reject)
              .end()
          }),
      ),
    )
    agent.destroy()
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 403)).toHaveLength(999)
  })

  test('a request whose chunks only our middleware can unwrap is refused', async () => {
    const message = { ...MESSAGE, method: 'POST', body: 'abc' }
    const signed = await sendFromEdge({ created: NOW, message })
    const received = addField(signed, 'Sallyport-Body', 'abc')
    expect((await ask(server.address, askAs('nginx-auth-request', received))).status).toBe(403)
  })

  test('a covered digest is let in: the body is for whoever reads it', async () => {
    const message = { method: 'POST' }
    const signed = await sendFromEdge({ created: NOW, message, body: 'hello' })
    const received = addField(signed, 'Content-Length', '5')
    expect((await ask(server.address, askAs('nginx-auth-request', received))).status).toBe(200)
  })
})
