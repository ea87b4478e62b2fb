import { once } from 'node:events'
import { request as ask, createServer } from 'node:http'
import { connect, createServer as createServer2 } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { parseComponent } from '../../../src/signature/general/component.ts'
import { indexTypes } from '../../../src/signature/general/field-types.ts'
import type { Message } from '../../../src/signature/general/message.ts'
import { createMessageReader } from '../../../src/signature/general/message-reader.ts'
import {
  readFetchRequest,
  readFetchResponse,
  readNodeRequest,
  readNodeResponse,
} from '../../../src/signature/general/read-message.ts'

function read(message: Message, ...components: readonly string[]): readonly string[] {
  const reader = createMessageReader(message, indexTypes())
  return components.map((component) => {
    const value = reader(parseComponent(component))
    return 'failure' in value ? value.failure : value.value
  })
}

test('a Fetch request is read as its URL is written, without its fragment', () => {
  const request = new Request('https://App.example:8443/a%2fb/c?d=%7e&e#f', {
    method: 'POST',
    headers: [
      ['X-A', '1'],
      ['x-a', '2'],
    ],
  })
  const values = read(readFetchRequest(request), '@method', '@authority', '@path', '@query', 'x-a')
  expect(values).toEqual(['POST', 'app.example:8443', '/a%2fb/c', '?d=%7e&e', '1, 2'])
})

test('a URL that no runtime normalised stays as it is', () => {
  const raw = (url: string) => readFetchRequest({ method: 'GET', url, headers: [] })
  expect(read(raw('http://a.example/b/../c\\d?e'), '@path', '@scheme')).toEqual(['/b/../c\\d', 'http'])
  expect(read(raw('https://a.example'), '@path', '@query', '@target-uri')).toEqual([
    '/',
    '?',
    'https://a.example/',
  ])
  expect(read(raw('HTTP://a.example:80/'), '@scheme', '@authority')).toEqual(['http', 'a.example'])
  expect(read(raw('https://a.example?b'), '@path', '@query')).toEqual(['/', '?b'])
  expect(read(raw('https://user@a.example/'), '@authority')).toEqual(['component-value'])
  expect(read(raw('ftp://a.example/'), '@authority')).toEqual(['component-value'])
  expect(read(raw(''), '@authority')).toEqual(['component-value'])
})

test('a Host field of a Fetch request has to agree with its URL', () => {
  const raw = (host: string) =>
    readFetchRequest({ method: 'GET', url: 'https://a.example/', headers: [['host', host]] })
  expect(read(raw('a.example:443'), '@authority')).toEqual(['a.example'])
  expect(read(raw('b.example'), '@authority')).toEqual(['component-value'])
})

test('a Fetch response knows what it answers', () => {
  const request = readFetchRequest(new Request('https://a.example/x'))
  const response = readFetchResponse(new Response('', { status: 404, headers: { 'X-A': '1' } }), request)
  expect(read(response, '@status', 'x-a', '@path;req')).toEqual(['404', '1', '/x'])
  expect(read(readFetchResponse(new Response()), '@status', '@path;req')).toEqual([
    '200',
    'component-misplaced',
  ])
})

test('a request that Express has cut short for a mounted application is read whole', () => {
  const request = { method: 'GET', url: '/b?c', originalUrl: '/a/b?c', rawHeaders: ['Host', 'a.example'] }
  expect(read(readNodeRequest(request, 'http'), '@path', '@query')).toEqual(['/a/b', '?c'])
})

test('Node’s requests and responses are read raw, with trailers', async () => {
  const seen: Message[] = []
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      seen.push(readNodeRequest(request, 'http'))
      response.writeHead(201, ['X-A', '1', 'X-A', '2', 'Trailer', 'X-T'])
      response.write('a')
      response.addTrailers({ 'X-T': 'end' })
      response.end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const sent = ask({
    port,
    path: '/a/../b?c',
    method: 'POST',
    headers: { host: 'A.example', 'x-a': ['3', '4'] },
  })
  sent.write('x')
  sent.addTrailers({ 'x-t': 'tail' })
  sent.end()
  const [response] = await once(sent, 'response')
  await once(response.resume(), 'end')
  server.close()
  const [request] = seen
  if (request?.kind !== 'request') throw new Error('no request')
  expect(read(request, '@method', '@authority', '@path', '@query', 'x-a;bs', 'x-t;tr')).toEqual([
    'POST',
    'a.example',
    '/a/../b',
    '?c',
    ':Mw==:, :NA==:',
    'tail',
  ])
  const answer = readNodeResponse(response, request)
  expect(read(answer, '@status', 'x-a', 'x-t;tr', '@path;req')).toEqual(['201', '1, 2', 'end', '/a/../b'])
  expect(read(readNodeResponse(response), '@path;req')).toEqual(['component-misplaced'])
})

test('HTTP/2 in Node has its authority in a pseudo-header', async () => {
  const seen: Message[] = []
  const server = createServer2((request, response) => {
    seen.push(readNodeRequest(request, 'http'))
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const session = connect(`http://127.0.0.1:${port}`)
  const stream = session.request({ ':path': '/x?y', ':authority': 'a.example', 'x-a': '1' })
  await once(stream.resume(), 'end')
  session.close()
  server.close()
  const [request] = seen
  if (!request) throw new Error('no request')
  expect(request.fields.filter((name) => name.startsWith(':'))).toEqual([])
  expect(read(request, '@method', '@authority', '@path', 'x-a')).toEqual(['GET', 'a.example', '/x', '1'])
})

test('a message that is no request has nothing that can be signed', () => {
  const empty = readNodeRequest({ rawHeaders: [] }, 'https')
  expect(read(empty, '@method', '@path', '@authority')).toEqual(Array(3).fill('component-value'))
  expect(read(readNodeResponse({ rawHeaders: [] }), '@status')).toEqual(['component-value'])
})
