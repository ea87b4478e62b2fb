import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { afterEach, expect, test } from 'vitest'
import { exchange } from '../../../src/cli/doctor/wire.ts'
import { portOf } from '../../origin/apps.ts'
import { CERTIFICATE, PRIVATE_KEY } from './certificate-fixture.ts'

const servers: Server[] = []
const sockets: Socket[] = []

function serve(answer: (socket: Socket, chunk: Buffer) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => answer(socket, chunk))
  })
  servers.push(server)
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(portOf(server))))
}

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const server of servers.splice(0)) server.close()
})

const to = (port: number) => ({ host: '127.0.0.1', port })

test('every character goes out as one byte', async () => {
  let got = ''
  const port = await serve((socket, chunk) => {
    got += chunk.toString('latin1')
    socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')
  })
  const reply = await exchange(to(port), 'GET /\u0000\u00e9 HTTP/1.1\r\n\r\n', { timeout: 5000 })
  expect(got).toBe('GET /\u0000\u00e9 HTTP/1.1\r\n\r\n')
  expect(reply).toEqual({ kind: 'answer', status: 400, head: 'HTTP/1.1 400 Bad Request' })
})

test('the last of the answers asked for is given', async () => {
  const port = await serve((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 401 No\r\n\r\n')
  })
  expect(await exchange(to(port), 'x', { timeout: 5000, answers: 2 })).toMatchObject({ status: 401 })
})

test('a connection that ends is told from one that stays silent', async () => {
  const closing = await serve((socket) => socket.destroy())
  expect(await exchange(to(closing), 'x', { timeout: 5000 })).toEqual({ kind: 'closed' })
  const half = await serve((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'))
  expect(await exchange(to(half), 'x', { timeout: 5000, answers: 2 })).toEqual({ kind: 'closed' })
  const silent = await serve(() => undefined)
  expect(await exchange(to(silent), 'x', { timeout: 50 })).toEqual({ kind: 'silent' })
})

test('an endless answer is not kept', async () => {
  const port = await serve((socket) => {
    const more = (): void => {
      while (socket.write('x'.repeat(65_536)));
    }
    socket.on('drain', more)
    more()
  })
  expect(await exchange(to(port), 'x', { timeout: 200 })).toEqual({ kind: 'silent' })
})

test('over TLS the name is asked for, and an unknown certificate is refused unless told otherwise', async () => {
  const names: unknown[] = []
  const server = createTlsServer({ cert: CERTIFICATE, key: PRIVATE_KEY }, (socket) => {
    names.push(socket.servername)
    socket.on('error', () => undefined)
    socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\n'))
  })
  servers.push(server)
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const door = (insecure: boolean, servername: string) => ({
    ...to(portOf(server)),
    tls: { insecure, servername },
  })
  const options = { timeout: 5000 }
  expect(await exchange(door(true, 'origin.example'), 'x', options)).toMatchObject({ status: 200 })
  // RFC 6066 section 3: an address is no name.
  expect(await exchange(door(true, '127.0.0.1'), 'x', options)).toMatchObject({ status: 200 })
  expect(names).toEqual(['origin.example', false])
  const reply = await exchange(door(false, 'origin.example'), 'x', options)
  expect(reply).toMatchObject({ kind: 'unreachable', why: expect.stringMatching(/self-signed/) })
})

test('a port that nobody listens at is unreachable, and so is plain text behind TLS', async () => {
  const port = await serve((socket) => socket.end('no TLS'))
  const tls = { insecure: true, servername: 'origin.example' }
  const reply = await exchange({ ...to(port), tls }, 'x', { timeout: 5000 })
  expect(reply.kind).toBe('unreachable')
  const gone = createServer()
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve))
  const free = portOf(gone)
  await new Promise((resolve) => gone.close(resolve))
  expect(await exchange(to(free), 'x', { timeout: 5000 })).toMatchObject({ kind: 'unreachable' })
})
