import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ask } from './exchange.ts'
import { type OpenEdge, openEdge, siteRoute } from './open-edge.ts'
import { lastOf, openOrigin, type ScriptedOrigin, valuesOf } from './scripted-origin.ts'

const MORE = `    relax: [encoded-slash]
    digest_body: 64B
    request_headers: { set: { x-set: ours }, add: { x-added: ours }, remove: [x-removed] }
  - id: shop
    hosts: [127.0.0.1]
    path: /shop
    forward: { origin: 'ORIGIN', replace_prefix: /v2/store }
`

let origin: ScriptedOrigin
let edge: OpenEdge

beforeAll(async () => {
  origin = await openOrigin()
  edge = await openEdge({
    files: { 'routes/a.yaml': siteRoute(origin.url, MORE.replace('ORIGIN', origin.url)) },
  })
})
beforeEach(() => {
  origin.arrived.length = 0
})
afterAll(async () => {
  await edge.stop()
  await origin.close()
})

/** Sends bytes as they are and waits for the first line of the answer. */
function sendBytes(text: string): Promise<string> {
  const { hostname, port } = new URL(edge.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text, 'latin1'))
    socket.setEncoding('latin1')
    socket.once('data', (chunk: string) => {
      socket.destroy()
      resolve(chunk.slice(0, chunk.indexOf('\r\n')))
    })
    socket.on('error', reject)
  })
}

describe('the target that the origin gets', () => {
  test.each([
    ['/', '/'],
    ['/a/b?c=d&e', '/a/b?c=d&e'],
    ['/%7Euser/%41', '/~user/A'],
    ['/caf%c3%a9?x=%e2%82%ac', '/caf%C3%A9?x=%E2%82%AC'],
    ['//a///b//', '/a/b/'],
    ['/a%2fb', '/a%2Fb'],
    ["/it's?it's", "/it's?it%27s"],
    ['/a?', '/a'],
    ['/a??', '/a??'],
    ['/[x]|y', '/%5Bx%5D%7Cy'],
    ['/a?[x]=1|2', '/a?[x]=1%7C2'],
    ['/a;b=c/d?e=f%3D+g', '/a;b=c/d?e=f%3D+g'],
    ['/a?next=http://x.example/../y', '/a?next=http://x.example/../y'],
    [`/${'a'.repeat(4000)}`, `/${'a'.repeat(4000)}`],
    ['/shop/a%2db?q', '/v2/store/a-b?q'],
    ['/shop', '/v2/store'],
  ])('of %s is %s, byte for byte', async (sent, arrived) => {
    expect((await ask(edge.url, { target: sent })).status).toBe(200)
    expect(lastOf(origin).target).toBe(arrived)
  })
})

describe('the header fields that the origin gets', () => {
  test('hold nothing that claims to be the client, another target or a signature', async () => {
    const spoofs = [
      'Forwarded',
      'X-Forwarded-For',
      'X-Forwarded-Host',
      'X-Forwarded-Anything',
      'X-Real-IP',
      'True-Client-IP',
      'CF-Connecting-IP',
      'CF-IPCountry',
      'X-Original-URL',
      'X-Rewrite-URL',
      'X-HTTP-Method-Override',
      'Via',
      'Proxy',
      'Proxy-Authorization',
      'X-Middleware-Subrequest',
      'Sallyport-Client',
      'Sallyport-Verdict',
      'Sallyport-Request-Id',
      'Sallyport-Simulated',
      'Signature',
      'Signature-Input',
      'Signature-Agent',
      'X_Forwarded_For',
      'Sallyport_Client',
      'Content_Length',
      'TE',
      'Keep-Alive',
    ]
    const headers = Object.fromEntries(spoofs.map((name) => [name, '192.0.2.66']))
    expect((await ask(edge.url, { headers })).status).toBe(200)
    const { fields } = lastOf(origin)
    expect(fields.filter(([, value]) => value.includes('192.0.2.66'))).toEqual([])
    expect(fields.filter(([name]) => name.includes('_'))).toEqual([])
  })

  test('hold the edge’s own fields once each, and no other of their kind', async () => {
    await ask(edge.url, { headers: { 'Sallyport-Client': ['a', 'b'], 'X-Custom': 'kept' } })
    const own = lastOf(origin).fields.map(([name]) => name)
    expect(own.filter((name) => /^(sallyport|signature)/.test(name)).sort()).toEqual([
      'sallyport-client',
      'sallyport-request-id',
      'sallyport-verdict',
      'signature',
      'signature-input',
    ])
    expect(valuesOf(lastOf(origin), 'sallyport-client')).toEqual([
      `ip="127.0.0.1", host="${new URL(edge.url).host}", scheme=http`,
    ])
    expect(valuesOf(lastOf(origin), 'x-custom')).toEqual(['kept'])
  })

  test('lack what Connection names, but not what it may not name', async () => {
    const headers = {
      Connection: 'close, X-Hop , cookie, sallyport-client, signature',
      'X-Hop': '1',
      'X-Stays': '2',
    }
    await ask(edge.url, { headers })
    expect(valuesOf(lastOf(origin), 'x-hop')).toEqual([])
    expect(valuesOf(lastOf(origin), 'x-stays')).toEqual(['2'])
    expect(valuesOf(lastOf(origin), 'sallyport-client')).toHaveLength(1)
    expect(valuesOf(lastOf(origin), 'signature')).toHaveLength(1)
  })

  test('name the origin’s own host', async () => {
    await ask(edge.url)
    expect(valuesOf(lastOf(origin), 'host')).toEqual([origin.host])
  })

  test('are edited as the route says', async () => {
    await ask(edge.url, { headers: { 'x-set': 'theirs', 'x-added': 'theirs', 'x-removed': 'theirs' } })
    expect(valuesOf(lastOf(origin), 'x-set')).toEqual(['ours'])
    expect(valuesOf(lastOf(origin), 'x-added')).toEqual(['theirs, ours'])
    expect(valuesOf(lastOf(origin), 'x-removed')).toEqual([])
  })

  test('keep cookies and credentials as they were sent', async () => {
    const headers = { cookie: 'a=1; b="2"; c', authorization: 'Bearer abc.def', 'accept-encoding': 'br' }
    await ask(edge.url, { headers })
    for (const [name, value] of Object.entries(headers)) {
      expect(valuesOf(lastOf(origin), name)).toEqual([value])
    }
  })

  test('ask for no content coding when the client did not', async () => {
    await ask(edge.url)
    expect(valuesOf(lastOf(origin), 'accept-encoding')).toEqual([])
  })
})

describe('the body that the origin gets', () => {
  const digest = (body: string): string => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`

  test('is covered by a digest when it is small and of known length', async () => {
    const body = 'x'.repeat(64)
    await ask(edge.url, { method: 'POST', body, headers: { 'content-length': '64' } })
    const arrived = lastOf(origin)
    expect(valuesOf(arrived, 'content-digest')).toEqual([digest(body)])
    expect(valuesOf(arrived, 'signature-input')[0]).toContain('"content-digest")')
    expect(valuesOf(arrived, 'content-length')).toEqual(['64'])
    expect(String(await arrived.body)).toBe(body)
  })

  test('is not covered above the bound of the route, and arrives whole', async () => {
    const body = 'y'.repeat(65)
    await ask(edge.url, { method: 'PUT', body, headers: { 'content-length': '65' } })
    const arrived = lastOf(origin)
    expect(valuesOf(arrived, 'content-digest')).toEqual([])
    expect(valuesOf(arrived, 'signature-input')[0]).not.toContain('content-digest')
    expect(String(await arrived.body)).toBe(body)
  })

  test('is not covered when its length is not known', async () => {
    const headers = { 'transfer-encoding': 'chunked' }
    await ask(edge.url, { method: 'POST', body: 'z', headers })
    expect(valuesOf(lastOf(origin), 'content-digest')).toEqual([])
    expect(String(await lastOf(origin).body)).toBe('z')
  })

  test('replaces a digest that the client sends of something else', async () => {
    const headers = { 'content-length': '4', 'content-digest': digest('other') }
    await ask(edge.url, { method: 'POST', body: 'body', headers })
    expect(valuesOf(lastOf(origin), 'content-digest')).toEqual([digest('body')])
  })

  test.each([
    [
      'both lengths',
      'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n',
      '0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n',
    ],
    ['two lengths', 'Content-Length: 4\r\nContent-Length: 5\r\n', 'abcde'],
    ['a negative length', 'Content-Length: -1\r\n', ''],
    ['a length in hexadecimal', 'Content-Length: 0x4\r\n', 'abcd'],
    ['chunked twice', 'Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n'],
    ['another coding', 'Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'],
  ])('never smuggles a second request: %s', async (_, framing, body) => {
    const status = await sendBytes(`POST /one HTTP/1.1\r\nHost: 127.0.0.1\r\n${framing}\r\n${body}`)
    const targets = origin.arrived.map(({ target }) => target)
    expect(targets).not.toContain('/smuggled')
    if (targets.length === 0) expect(status).toMatch(/^HTTP\/1\.[01] (400|501)/)
    else expect(targets).toEqual(['/one'])
  })
})
