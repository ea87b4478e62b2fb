/** A client that sends exactly the bytes it is told to, which no HTTP library does. */
import { connect } from 'node:net'

/** Milliseconds between two parts: the server runs in between, as it is in this process or one that waits. */
const PAUSE = 2

export interface RawResponse {
  readonly status: number
  readonly head: string
  readonly body: string
}

function parse(text: string): RawResponse {
  const end = text.indexOf('\r\n\r\n')
  const head = text.slice(0, end)
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0),
    head,
    body: /transfer-encoding: chunked/i.test(head) ? dechunk(text.slice(end + 4)) : text.slice(end + 4),
  }
}

/** The content of well-formed chunks. */
export function dechunk(body: string): string {
  let out = ''
  let rest = body
  for (;;) {
    const size = Number.parseInt(rest, 16)
    if (!size) return out
    const start = rest.indexOf('\r\n') + 2
    out += rest.slice(start, start + size)
    rest = rest.slice(start + size + 2)
  }
}

/** Sends the parts, a moment apart, and gives what came until the server closed or stayed silent. */
export function sendRaw(port: number, ...parts: readonly string[]): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.setEncoding('latin1')
    socket.setTimeout(5000, () => socket.destroy(new Error(`no end of answer after: ${text.slice(0, 200)}`)))
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(parse(text)))
    void writeParts(socket, parts)
  })
}

async function writeParts(
  socket: { write(text: string, encoding: 'latin1'): unknown },
  parts: readonly string[],
): Promise<void> {
  for (const [i, part] of parts.entries()) {
    if (i > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE))
    socket.write(part, 'latin1')
  }
}
