/**
 * A load of identical requests over kept connections, each waiting for its answer before the next.
 * @module
 */
import { connect, createServer, type Server } from 'node:net'

/** Sends `count` requests over `connections` sockets; resolves to the number of answers by status. */
export async function load(
  port: number,
  request: string,
  count: number,
  connections: number,
): Promise<Map<number, number>> {
  const statuses = new Map<number, number>()
  const each = Math.ceil(count / connections)
  await Promise.all(
    Array.from({ length: connections }, () => drive(port, Buffer.from(request, 'latin1'), each, statuses)),
  )
  return statuses
}

function drive(port: number, request: Buffer, count: number, statuses: Map<number, number>): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = count
    let received = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(request))
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.on('error', reject)
    socket.on('data', (chunk: string) => {
      received += chunk
      const head = received.indexOf('\r\n\r\n')
      if (head === -1) return
      const length = Number(/^content-length: (\d+)/im.exec(received)?.[1] ?? 0)
      if (received.length < head + 4 + length) return
      const status = Number(received.slice(9, 12))
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      received = received.slice(head + 4 + length)
      left--
      if (left > 0) socket.write(request)
      else {
        socket.destroy()
        resolve()
      }
    })
  })
}

/** An origin that answers anything at once, as cheaply as a process can. */
export function startBlindOrigin(): Promise<{ port: number; server: Server }> {
  const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello')
  const server = createServer((socket) => {
    let tail = ''
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      const text = tail + chunk.toString('latin1')
      const parts = text.split('\r\n\r\n')
      tail = parts.pop() ?? ''
      for (const _ of parts) socket.write(answer)
    })
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve({ port: typeof address === 'object' && address ? address.port : 0, server })
    })
  })
}
