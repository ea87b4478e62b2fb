/**
 * Sends exactly the bytes it is told to, which no HTTP library does, and reads the status of what comes back.
 * @module
 */
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { readAnswers } from './read-answers.ts'

/** Where the origin is. */
export interface Door {
  readonly host: string
  readonly port: number
  /** Absent for plain HTTP. */
  readonly tls?: { readonly insecure: boolean; readonly servername: string }
}

/**
 * - `answer`: a final status came.
 * - `closed`: the connection ended without one.
 * - `silent`: neither within the time.
 * - `unreachable`: no connection; `why` names the error.
 */
export type Reply =
  | { readonly kind: 'answer'; readonly status: number; readonly head: string }
  | { readonly kind: 'closed' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'unreachable'; readonly why: string }

export interface ExchangeOptions {
  /** Milliseconds for connection and answer together. */
  readonly timeout: number
  /** Answers to wait for; the last one is given. */
  readonly answers?: number
  /** Answers to HEAD have no content, whatever they say (RFC 9112 section 6.3). */
  readonly headless?: boolean
}

/** Characters of an answer that are kept: more cannot be part of what is judged. */
const MAX_ANSWER = 262_144

function open({ host, port, tls }: Door): Socket {
  if (!tls) return connectPlain(port, host)
  return connectTls({
    host,
    port,
    // RFC 6066 section 3: no name indication for addresses.
    ...(isIP(tls.servername) === 0 && { servername: tls.servername }),
    rejectUnauthorized: !tls.insecure,
    ALPNProtocols: ['http/1.1'],
  })
}

/** `bytes` has one byte per character. Never rejects. */
export function exchange(
  door: Door,
  bytes: string,
  { timeout, answers = 1, headless = false }: ExchangeOptions,
): Promise<Reply> {
  return new Promise((resolve) => {
    const socket = open(door)
    let connected = false
    let text = ''
    const finish = (reply: Reply): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(reply)
    }
    const timer = setTimeout(() => {
      finish(connected ? { kind: 'silent' } : { kind: 'unreachable', why: 'no connection in time' })
    }, timeout)
    socket.setEncoding('latin1')
    socket.on(door.tls ? 'secureConnect' : 'connect', () => {
      connected = true
      socket.write(bytes, 'latin1')
    })
    socket.on('data', (chunk: string) => {
      if (text.length < MAX_ANSWER) text += chunk
      const last = readAnswers(text, headless)[answers - 1]
      if (last) finish({ kind: 'answer', ...last })
    })
    socket.on('error', (error) => {
      finish(connected ? { kind: 'closed' } : { kind: 'unreachable', why: error.message })
    })
    socket.on('close', () => finish({ kind: 'closed' }))
  })
}
