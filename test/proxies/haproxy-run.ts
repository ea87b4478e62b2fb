/** A HAProxy with the generated configuration, changed as an operator might, and what suites ask of it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Description } from '../../src/origin/recipes/description.ts'
import type { Key } from '../../src/signature/keys.ts'
import type { Received } from '../../src/signature/verify.ts'
import { freePort } from '../bench/workerd-process.ts'
import { type EdgeRequest, sendFromEdge, toWire } from '../origin/edge.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'
import { openEchoOrigin, type Seen } from './echo-origin.ts'
import { configure, socketPath, startHaproxy } from './setups/haproxy.ts'

export interface HaproxyRun {
  readonly port: number
  readonly folder: string
  readonly socket: string
  /** Signs for this door, now. */
  sign(request?: Partial<EdgeRequest>): Promise<Received>
  /** What the application saw since the last call. */
  take(): readonly Seen[]
  output(): string
  stop(): Promise<void>
}

export interface RunOptions {
  readonly keys?: readonly Key[]
  readonly args?: readonly string[]
  readonly changes?: Partial<Description>
  readonly edit?: (text: string) => string
  /** Default: waits until what is signed now is younger than the process. */
  readonly early?: boolean
}

const now = (): number => Math.floor(Date.now() / 1000)

export async function runHaproxy({
  keys = [HMAC_KEY],
  args = [],
  changes,
  edit = (text) => text,
  early = false,
}: RunOptions = {}): Promise<HaproxyRun> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-haproxy-'))
  const origin = await openEchoOrigin()
  const port = await freePort()
  const run = { folder, port, originPort: origin.port, keys: { keys }, unsigned: ['/healthz'] }
  const text = edit(configure(run, changes))
  const proxy = await startHaproxy(run, text, args)
  if (!early) await new Promise((resolve) => setTimeout(resolve, 1000))
  return {
    port,
    folder,
    socket: socketPath(folder),
    sign: ({ message, ...rest } = {}) =>
      sendFromEdge({ created: now(), ...rest, message: { authority: `127.0.0.1:${port}`, ...message } }),
    take: origin.take,
    output: proxy.output,
    async stop() {
      await proxy.stop()
      await origin.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** A connection that is kept open, for one request after another. */
export interface Line {
  /** The status of the answer. */
  send(received: Received): Promise<number>
  close(): void
}

export function openLine(port: number): Promise<Line> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let text = ''
    let settle: ((status: number) => void) | undefined
    socket.setEncoding('latin1')
    const end = (status: number): void => {
      text = ''
      const done = settle
      settle = undefined
      done?.(status)
    }
    socket.on('data', (chunk: string) => {
      text += chunk
      const head = text.indexOf('\r\n\r\n')
      const length = Number(/content-length: ([0-9]+)/i.exec(text)?.[1] ?? 0)
      if (head >= 0 && text.length >= head + 4 + length) end(Number(text.slice(9, 12)))
    })
    socket.on('close', () => end(0))
    socket.on('error', reject)
    socket.on('connect', () =>
      resolve({
        send: (received) =>
          new Promise((done) => {
            settle = done
            socket.write(toWire(received), 'latin1')
          }),
        close: () => socket.destroy(),
      }),
    )
  })
}

/** Sends copies at the same moment, each on a connection that is open already; gives the statuses. */
export async function sendCopies(ports: readonly number[], received: Received): Promise<number[]> {
  const lines = await Promise.all(ports.map(openLine))
  try {
    return await Promise.all(lines.map((line) => line.send(received)))
  } finally {
    for (const line of lines) line.close()
  }
}
