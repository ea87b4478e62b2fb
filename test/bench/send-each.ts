/** A kept connection that sends a list of requests, one after another. */
import { connect } from 'node:net'

/** Sends each request once, the next one after the answer. Rejects unless every answer is 200. */
export function sendEach(port: number, requests: readonly Buffer[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let next = 0
    let received = ''
    const socket = connect(port, '127.0.0.1')
    const send = (): void => {
      const request = requests[next++]
      if (request) socket.write(request)
      else {
        socket.destroy()
        resolve()
      }
    }
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.on('connect', send)
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`port ${port} closed after ${next} requests`)))
    socket.on('data', (chunk: string) => {
      received += chunk
      const head = received.indexOf('\r\n\r\n')
      if (head < 0) return
      const end = findEnd(received, head + 4)
      if (received.length < end) return
      if (!received.startsWith('HTTP/1.1 200')) reject(new Error(received.slice(0, 300)))
      received = received.slice(end)
      send()
    })
  })
}

function findEnd(text: string, start: number): number {
  const length = /^content-length: ([0-9]+)/im.exec(text)?.[1]
  if (length !== undefined) return start + Number(length)
  const last = text.indexOf('0\r\n\r\n', start)
  return last < 0 ? Number.POSITIVE_INFINITY : last + 5
}
