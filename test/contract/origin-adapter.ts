/** What every adapter of the verifier must do, in its framework's own terms. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DecisionRecord } from '../../src/origin/record.ts'
import type { VerifierOptions } from '../../src/origin/verifier.ts'
import type { Received } from '../../src/signature/verify.ts'
import { addField, digestOf, sendFromEdge, setField, toWire } from '../origin/edge.ts'
import { type RawResponse, sendRaw } from '../origin/raw-client.ts'
import { CLIENT, REQUEST_ID } from '../signature/fixtures.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'

/** What a test application answers to every request: what its framework made of it. */
export interface Seen {
  readonly url: string
  readonly ip: string | null
  readonly host: string
  readonly protocol: string
  readonly headers: Readonly<Record<string, string>>
  /** Lower-case names and values as the framework lists them raw, or the same as `headers`. */
  readonly raw: readonly (readonly [string, string])[]
  readonly signed: boolean
  readonly route: string | null
  readonly body: string
}

export interface RunningApp {
  readonly port: number
  close(): Promise<void>
}

export interface AdapterUnderTest {
  readonly name: string
  /**
   * Where the runtime hands over a request put right: cases that pass then, as the application gets what was signed
   * and nothing else. By the name of the case, with the reason.
   */
  readonly repairs?: Readonly<Record<string, string>>
  /** Starts an application that answers every method and path with `Seen` as JSON. */
  start(options: VerifierOptions): Promise<RunningApp>
}

const now = (): number => Math.floor(Date.now() / 1000)
const closing = (received: Received): Received => addField(received, 'Connection', 'close')

export function testOriginAdapter(adapter: AdapterUnderTest): void {
  describe(`origin adapter: ${adapter.name}`, () => {
    const records: DecisionRecord[] = []
    let app: RunningApp

    beforeAll(async () => {
      app = await adapter.start({
        keys: { keys: [HMAC_KEY] },
        authority: 'origin.example',
        unsigned: { paths: ['/healthz'] },
        maxDigestBody: 100_000,
        onDecision: (record) => records.push(record),
      })
    })
    afterAll(() => app.close())

    const send = (received: Received, ...body: string[]): Promise<RawResponse> =>
      sendRaw(app.port, toWire(received), ...body)

    const see = async (received: Received, ...body: string[]): Promise<Seen> => {
      const response = await send(received, ...body)
      expect(response.status, response.body).toBe(200)
      const seen: Seen = JSON.parse(response.body)
      return seen
    }

    test('a good request arrives with the client’s address, host and scheme', async () => {
      const seen = await see(closing(await sendFromEdge({ created: now() })))
      expect(seen).toMatchObject({
        url: '/a/b?c=d&e',
        ip: CLIENT.ip,
        host: CLIENT.host,
        protocol: CLIENT.scheme,
        signed: true,
        route: 'shop',
      })
      expect(seen.headers).toMatchObject({
        host: CLIENT.host,
        'x-forwarded-for': CLIENT.ip,
        'x-forwarded-host': CLIENT.host,
        'x-forwarded-proto': CLIENT.scheme,
        'x-real-ip': CLIENT.ip,
        'x-request-id': REQUEST_ID,
        forwarded: `for="${CLIENT.ip}:${CLIENT.port}";host="shop.example";proto=https`,
        'user-agent': 'test',
      })
    })

    test('the target keeps its bytes', async () => {
      const message = { path: "/a%2Fb/~x/[y]/'z'", query: '?q=%C3%A9&r=a+b|c' }
      const seen = await see(closing(await sendFromEdge({ created: now(), message })))
      expect(seen.url).toContain("/a%2Fb/~x/[y]/'z'?q=%C3%A9&r=a+b")
    })

    test('nothing a client could have sent survives as identity', async () => {
      let received = closing(await sendFromEdge({ created: now() }))
      const spoofs = [
        'X-Forwarded-For',
        'X_Forwarded_For',
        'Forwarded',
        'X-Real-IP',
        'X.Real.IP',
        'X-Original-Url',
      ]
      spoofs.push(
        'X-Rewrite-URL',
        'CF-Connecting-IP',
        'True-Client-IP',
        'X-HTTP-Method-Override',
        'Sallyport-Role',
      )
      spoofs.push('X-Forwarded-Server', 'X-Request-Id', 'X_Request_Id')
      for (const name of spoofs) received = addField(received, name, 'spoofed-value')
      const seen = await see(received)
      expect(JSON.stringify([seen.headers, seen.raw])).not.toContain('spoofed-value')
      const names = [...Object.keys(seen.headers), ...seen.raw.map(([name]) => name.toLowerCase())]
      expect(names.filter((name) => /^(signature|sallyport)/.test(name))).toEqual([])
      expect(seen.raw.filter(([name]) => name.toLowerCase() === 'host')).toHaveLength(1)
      expect(seen.raw.filter(([name]) => name.toLowerCase() === 'x-forwarded-for')).toHaveLength(1)
    })

    test('a replayed request is refused, with its request id for the operator', async () => {
      const received = closing(await sendFromEdge({ created: now() }))
      await see(received)
      const response = await send(received)
      expect(response.status).toBe(403)
      expect(response.head).toMatch(/content-type: application\/problem\+json/i)
      expect(JSON.parse(response.body)).toEqual({
        title: 'This request was not accepted',
        status: 403,
        request_id: REQUEST_ID,
      })
    })

    test('of many simultaneous copies one passes', async () => {
      const received = closing(await sendFromEdge({ created: now() }))
      const responses = await Promise.all(Array.from({ length: 12 }, () => send(received)))
      expect(responses.filter(({ status }) => status === 200)).toHaveLength(1)
    })

    test('an unsigned request is refused with 401 and learns nothing', async () => {
      const response = await send({
        method: 'GET',
        target: '/',
        fields: ['Host', 'origin.example', 'Connection', 'close'],
      })
      expect(response.status).toBe(401)
      expect(JSON.parse(response.body)).toEqual({
        title: 'This origin answers requests from its gateway only',
        status: 401,
      })
    })

    test('a health probe comes in unsigned, and as nobody', async () => {
      const fields = [
        'Host',
        'origin.example',
        'Connection',
        'close',
        'X-Forwarded-For',
        '192.0.2.66',
        'X_Real_Ip',
        '192.0.2.66',
      ]
      const seen = await see({ method: 'GET', target: '/healthz', fields })
      expect(seen.signed).toBe(false)
      expect(JSON.stringify(seen)).not.toContain('192.0.2.66')
    })

    test.each([
      ['POST', '/healthz'],
      ['GET', '/healthz/'],
      ['GET', '/healthz?x=1'],
      ['GET', '/%68ealthz'],
      ['GET', '//healthz'],
      ['GET', '/a/../healthz'],
    ])('%s %s is no health probe', async (method, target) => {
      const response = await send({
        method,
        target,
        fields: ['Host', 'origin.example', 'Connection', 'close'],
      })
      if (adapter.repairs?.[target] === undefined) expect(response.status).toBe(401)
      else expect(JSON.parse(response.body)).toMatchObject({ url: '/healthz', signed: false })
    })

    const post = (text: string): ReturnType<typeof sendFromEdge> =>
      sendFromEdge({ created: now(), message: { method: 'POST' }, body: text }).then(closing)

    describe.each(['length', 'chunks'])('a covered body sent by %s', (how) => {
      const frame = (received: Received, text: string): Received =>
        how === 'length'
          ? addField(received, 'Content-Length', String(text.length))
          : addField(received, 'Transfer-Encoding', 'chunked')
      const parts = (text: string): string[] => {
        const half = Math.floor(text.length / 2)
        const halves = [text.slice(0, half), text.slice(half)]
        if (how === 'length') return halves
        return [...halves.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`), '0\r\n\r\n']
      }

      test('arrives whole', async () => {
        for (const text of ['a small body', 'x'.repeat(90_000)]) {
          const seen = await see(setType(frame(await post(text), text)), ...parts(text))
          expect(seen.body).toBe(text)
        }
      })

      test('arrives whole in one packet', async () => {
        const text = 'a small body'
        const received = setType(frame(await post(text), text))
        const response = await sendRaw(app.port, toWire(received, parts(text).join('')))
        expect(JSON.parse(response.body)).toMatchObject({ body: text })
      })

      test('is refused when it differs from its digest', async () => {
        const received = setType(frame(await post('a small body'), 'a small bodY'))
        records.length = 0
        const response = await send(received, ...parts('a small bodY'))
        expect(response.status).toBe(403)
        expect(records.map(({ failure }) => failure)).toEqual(['body-digest'])
      })

      test('is refused when it is larger than may be read', async () => {
        const text = 'x'.repeat(100_001)
        const response = await send(setType(frame(await post(text), text)), ...parts(text))
        expect(response.status).toBe(403)
      })
    })

    test('a digest that the signature does not cover cannot be put in its place', async () => {
      const received = await post('right')
      const swapped = setField(received, 'Content-Digest', digestOf('wrong'))
      const response = await send(addField(swapped, 'Content-Length', '5'), 'wrong')
      expect(response.status).toBe(403)
    })

    test('an empty covered body passes', async () => {
      const seen = await see(addField(await post(''), 'Content-Length', '0'))
      expect(seen.body).toBe('')
    })

    test('an uncovered body streams through untouched', async () => {
      const received = closing(await sendFromEdge({ created: now(), message: { method: 'POST' } }))
      const seen = await see(addField(setType(received), 'Content-Length', '11'), 'hello ', 'world')
      expect(seen.body).toBe('hello world')
    })
  })
}

function setType(received: Received): Received {
  return addField(received, 'Content-Type', 'text/plain')
}
