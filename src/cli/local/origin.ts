/**
 * The demo origin on this machine: the demo site behind the real verifier.
 * @module
 */
import { createServer, type Server } from 'node:http'
import { WebSocketServer } from 'ws'
import { guard, guardUpgrade } from '../../origin/node.ts'
import type { DecisionRecord } from '../../origin/record.ts'
import { createVerifier } from '../../origin/verifier.ts'
import { serveSite } from '../demo/site.ts'

export interface LocalOriginOptions {
  /** The origin's JWK Set. */
  readonly keys: string
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly onDecision?: (record: DecisionRecord) => void
}

export interface LocalOrigin {
  readonly url: string
  stop(): Promise<void>
}

/** Largest WebSocket message that is echoed, in bytes. */
const MAX_MESSAGE = 65_536

export async function startLocalOrigin({
  keys,
  host,
  port,
  onDecision,
}: LocalOriginOptions): Promise<LocalOrigin> {
  const server = createServer()
  await listen(server, host, port)
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  // A free port is known only now. Nobody is served before the listeners below are there: nothing is awaited.
  const authority = `${host}:${bound}`
  const verifier = createVerifier({
    keys,
    authority,
    scheme: 'http',
    unsigned: { paths: ['/healthz'] },
    ...(onDecision ? { onDecision } : {}),
  })
  server.on('request', guard(serveSite, verifier))
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE })
  server.on(
    'upgrade',
    guardUpgrade((request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (peer) => {
        peer.on('message', (data, binary) => peer.send(data, { binary }))
        // A message over the bound closes the connection; there is nothing more to do about it.
        peer.on('error', () => peer.terminate())
      })
    }, verifier),
  )
  return {
    url: `http://${authority}`,
    stop: () =>
      new Promise((resolve) => {
        for (const peer of sockets.clients) peer.terminate()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
