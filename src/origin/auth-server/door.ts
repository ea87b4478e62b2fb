/**
 * A server that can be closed without dropping what is under way.
 * @module
 */
import type { Server as HttpServer } from 'node:http'
import type { Server, Socket } from 'node:net'

export interface Door {
  readonly server: Server
  /** Ends idle connections at once, the others when they have their answer, or after `grace` milliseconds. */
  drain(grace: number): void
}

/** Load balancers keep tens; whoever opens more is none. */
export const MAX_CONNECTIONS = 4096

/** Milliseconds between looks for connections that have become idle. */
const SWEEP = 20

export function createHttpDoor(server: HttpServer): Door {
  // Node does not count a connection as idle before its first request.
  const unused = new Set<Socket>()
  server.on('connection', (socket) => {
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  server.on('request', (request) => unused.delete(request.socket))
  return {
    server,
    drain(grace) {
      for (const socket of unused) if (socket.bytesRead === 0) socket.destroy()
      const sweep = setInterval(() => server.closeIdleConnections(), SWEEP)
      const end = setTimeout(() => server.closeAllConnections(), grace)
      server.once('close', () => {
        clearInterval(sweep)
        clearTimeout(end)
      })
    },
  }
}

/** Takes no new connections, and resolves when the last one has ended. */
export function closeDoor({ server, drain }: Door, grace: number): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    drain(grace)
  })
}
