import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, credentials } from '@grpc/grpc-js'
import { describe, expect, test } from 'vitest'
import { HEALTH_REQUEST, HEALTH_RESPONSE } from '../../../src/origin/auth-server/ext-authz-messages.ts'
import { HEALTH_METHOD } from '../../../src/origin/auth-server/grpc-server.ts'
import {
  type AuthServer,
  type AuthServerOptions,
  startAuthServer,
} from '../../../src/origin/auth-server/start.ts'
import type { Claim } from '../../../src/origin/replay.ts'
import { NOW } from '../../signature/fixtures.ts'
import { HMAC_KEY } from '../../signature/keys-fixture.ts'
import { sendFromEdge, toWire } from '../edge.ts'
import { ask, askAs, portIn } from './ask.ts'

const PORT = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const
const VERIFIER = { keys: { keys: [HMAC_KEY] }, authority: 'origin.example', now: () => NOW }

function start(options: Partial<AuthServerOptions> = {}): Promise<AuthServer> {
  return startAuthServer({ mode: 'caddy', listen: PORT, facts: [], verifier: VERIFIER, ...options })
}

const ended = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.resume()
    socket.once('close', () => resolve())
    socket.once('error', () => resolve())
  })

describe('starting', () => {
  test('a mode without gRPC does not start with it', async () => {
    await expect(start({ mode: 'caddy', protocol: 'grpc' })).rejects.toThrow(
      'caddy does not ask over grpc; it asks over http',
    )
  })

  test('a wrong option of the verifier is told, and nothing listens', async () => {
    const verifier = { ...VERIFIER, skew: 99 }
    await expect(start({ verifier })).rejects.toThrow('skew must be a whole number from 0 to 30')
  })

  test('what mirrors takes the prefix it is given', async () => {
    const server = await start({ mode: 'envoy', protocol: 'http', pathPrefix: '/ask/me' })
    const question = askAs('envoy', await sendFromEdge({ created: NOW }))
    expect((await ask(server.address, question)).status).toBe(403)
    const target = question.target.replace('/verify', '/ask/me')
    expect((await ask(server.address, { ...question, target })).status).toBe(200)
    await server.close()
  })
})

describe('a replay store that answers late, or not', () => {
  test('is waited for', async () => {
    const claim = (): Promise<Claim> => new Promise((resolve) => setTimeout(resolve, 20, 'fresh'))
    const server = await start({ verifier: { ...VERIFIER, replay: { claim } } })
    const question = askAs('caddy', await sendFromEdge({ created: NOW }))
    expect((await ask(server.address, question)).status).toBe(200)
    await server.close()
  })

  test('that fails refuses the request', async () => {
    for (const claim of [() => Promise.reject(new Error('away')), () => Promise.resolve<Claim>('too-old')]) {
      const server = await start({ verifier: { ...VERIFIER, replay: { claim } } })
      const question = askAs('caddy', await sendFromEdge({ created: NOW }))
      expect((await ask(server.address, question)).status).toBe(403)
      await server.close()
    }
  })
})

describe('closing', () => {
  test(`what is under way is answered, idle connections end, nothing new is taken`, async () => {
    let release: (claim: Claim) => void = () => undefined
    let asked: () => void = () => undefined
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve
    })
    const claim = (): Promise<Claim> =>
      new Promise((resolve) => {
        release = resolve
        asked()
      })
    const server = await start({ verifier: { ...VERIFIER, replay: { claim } } })
    const idle = connect(portIn(server.address), '127.0.0.1')
    await new Promise((resolve) => idle.once('connect', resolve))
    const busy = connect(portIn(server.address), '127.0.0.1')
    let text = ''
    busy.on('data', (chunk) => {
      text += String(chunk)
    })
    busy.write(toWire(askAs('caddy', await sendFromEdge({ created: NOW }))))
    await isAsked
    const closing = server.close()
    await ended(idle)
    const late = connect(portIn(server.address), '127.0.0.1')
    await ended(late)
    release('fresh')
    await ended(busy)
    expect(text).toMatch(/^HTTP\/1\.1 200 /)
    await closing
  })

  test('over gRPC ends too, with a client that stays', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-close-'))
    const server = await start({ mode: 'envoy', listen: { kind: 'unix', path: join(folder, 's') } })
    const client = new Client(server.address, credentials.createInsecure())
    await new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        HEALTH_METHOD,
        HEALTH_REQUEST.encode,
        HEALTH_RESPONSE.decode,
        { service: '' },
        (error, answer) => (error ? reject(error) : resolve(answer)),
      )
    })
    await server.close()
    client.close()
    rmSync(folder, { recursive: true })
  })
})
