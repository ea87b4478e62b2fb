/**
 * A WebSocket through both doors and back.
 * @module
 */
import { WebSocket } from 'ws'
import type { Reply } from './wire.ts'

export function echoOverWebSocket(base: string, headers: Readonly<Record<string, string>>): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${base.replace(/^http/, 'ws')}/echo`, { handshakeTimeout: 5000, headers })
    socket.on('open', () => socket.send('through both doors'))
    socket.on('message', (data) => {
      socket.close()
      resolve({ status: 101, headers: {}, body: String(data) })
    })
    socket.on('unexpected-response', (_request, response) =>
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: '' }),
    )
    socket.on('error', reject)
  })
}
