/**
 * A load of requests that differ, spread over several ports as a balancer spreads them over isolates.
 * @module
 */
import { connect } from 'node:net'

export interface Load {
  readonly ports: readonly number[]
  readonly count: number
  /** Connections to each port; each waits for its answer before it sends the next request. */
  readonly connections: number
  /** The address of the client that the next request comes from. */
  readonly nextClient: () => string
}

/** Resolves to the number of answers by status. Rejects when an answer does not come. */
export async function loadClients({
  ports,
  count,
  connections,
  nextClient,
}: Load): Promise<Map<number, number>> {
  const statuses = new Map<number, number>()
  let left = count
  const next = (): string | undefined => (left-- > 0 ? nextClient() : undefined)
  const drivers = ports.flatMap((port) =>
    Array.from({ length: connections }, () => drive(port, next, statuses)),
  )
  await Promise.all(drivers)
  return statuses
}

/** Statuses are read from heads alone: every answer has a Content-Length, and comes whole before the next one. */
function drive(port: number, next: () => string | undefined, statuses: Map<number, number>): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = ''
    const socket = connect(port, '127.0.0.1', sendNext)
    function sendNext(): void {
      const client = next()
      if (client !== undefined) socket.write(`${HEAD}${client}\r\n\r\n`)
      else {
        socket.destroy()
        resolve()
      }
    }
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.on('error', reject)
    socket.on('end', () =>
      reject(new Error(`the server closed the connection after ${received.length} bytes`)),
    )
    socket.on('data', (chunk: string) => {
      received += chunk
      const head = received.indexOf('\r\n\r\n')
      if (head === -1) return
      const length = Number(/^content-length: (\d+)/im.exec(received)?.[1] ?? 0)
      if (received.length < head + 4 + length) return
      const status = Number(received.slice(9, 12))
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      received = received.slice(head + 4 + length)
      sendNext()
    })
  })
}

/** What a small client sends; the last field says who it is, as the platform would. */
const HEAD = [
  'GET /api/items/42 HTTP/1.1',
  'Host: app.example',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Accept: application/json',
  'X-Client: ',
].join('\r\n')
