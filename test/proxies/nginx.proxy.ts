/** What only nginx has: keys that change while it runs, memories that workers share, an auth server that goes away. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { formatKeySet, type Key } from '../../src/signature/keys.ts'
import { freePort } from '../bench/workerd-process.ts'
import { addField, sendFromEdge, toWire } from '../origin/edge.ts'
import { sendRaw } from '../origin/raw-client.ts'
import { ED25519_KEY, HMAC_KEY } from '../signature/keys-fixture.ts'
import { type EchoOrigin, openEchoOrigin } from './echo-origin.ts'
import type { ProxyRun, ProxyUnderTest, RunningProxy } from './setup.ts'
import { nginxAuthRequest } from './setups/nginx-auth-request.ts'
import { nginxLua } from './setups/nginx-lua.ts'
import { nginxNjs } from './setups/nginx-njs.ts'

const { d: _, ...publicKey } = ED25519_KEY.kty === 'OKP' ? ED25519_KEY : { ...ED25519_KEY, d: '' }
const PUBLIC: Key = publicKey

const pause = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000))

interface Desk {
  readonly run: ProxyRun
  readonly running: RunningProxy
  readonly origin: EchoOrigin
}

async function open(proxy: ProxyUnderTest): Promise<Desk> {
  const origin = await openEchoOrigin()
  const run: ProxyRun = {
    folder: mkdtempSync(join(tmpdir(), `sallyport-${proxy.name}-`)),
    port: await freePort(),
    originPort: origin.port,
    keys: { keys: [HMAC_KEY, PUBLIC] },
    unsigned: ['/healthz'],
  }
  return { run, running: await proxy.start(run), origin }
}

async function close(desk: Desk | undefined): Promise<void> {
  await desk?.running.stop()
  await desk?.origin.close()
  if (desk) rmSync(desk.run.folder, { recursive: true, force: true })
}

async function signedText({ run }: Desk, key: Key = HMAC_KEY): Promise<string> {
  const created = Math.floor(Date.now() / 1000)
  const received = await sendFromEdge({ created, key, message: { authority: `127.0.0.1:${run.port}` } })
  return toWire(addField(received, 'Connection', 'close'))
}

const ask = async (desk: Desk, key?: Key): Promise<number> =>
  (await sendRaw(desk.run.port, await signedText(desk, key))).status

const writeKeys = ({ run }: Desk, text: string): void =>
  writeFileSync(join(run.folder, 'origin.jwks.json'), text)

/** Asks often enough that both workers have answered. */
async function askAll(desk: Desk, key?: Key): Promise<Set<number>> {
  const statuses = await Promise.all(Array.from({ length: 24 }, () => ask(desk, key)))
  return new Set(statuses)
}

const SETUPS = [nginxNjs, nginxLua, nginxAuthRequest] as const

describe.each(SETUPS.filter((proxy) => proxy.isInstalled()))('$name', (proxy) => {
  let desk: Desk

  beforeAll(async () => {
    desk = await open(proxy)
  })
  afterAll(() => close(desk))

  test('of many copies at once one reaches the application', async () => {
    const text = await signedText(desk)
    desk.origin.take()
    const copies = await Promise.all(Array.from({ length: 300 }, () => sendRaw(desk.run.port, text)))
    expect(copies.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(copies.filter(({ status }) => status === 403)).toHaveLength(299)
    expect(desk.origin.take()).toHaveLength(1)
  })

  test('refusals are problems that say nothing of why', async () => {
    const { port } = desk.run
    const unsigned = await sendRaw(
      port,
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
    )
    expect(unsigned.status).toBe(401)
    expect(unsigned.head).toMatch(/^Content-Type: application\/problem\+json\r?$/im)
    expect(unsigned.head.match(/www-authenticate: Signature/gi)).toHaveLength(1)
    expect(unsigned.body).toBe(
      '{"title":"This origin answers requests from its gateway only","status":401}\n',
    )
    const text = (await signedText(desk)).replace('GET ', 'PUT ')
    expect((await sendRaw(port, text)).body).toBe('{"title":"This request was not accepted","status":403}\n')
  })

  test('Ed25519 is verified where it can be, and refused where it cannot', async () => {
    expect(await ask(desk, ED25519_KEY)).toBe(proxy.name === 'nginx-njs' ? 403 : 200)
  })
})

describe.skipIf(!nginxLua.isInstalled())('keys of nginx-lua', () => {
  let desk: Desk

  beforeAll(async () => {
    desk = await open(nginxLua)
  })
  afterAll(() => close(desk))

  test('a file that is not right changes nothing, a revoked key is refused by every worker, a new one accepted', async () => {
    const fresh: Key = { ...HMAC_KEY, kid: 'fresh', alg: 'HS256' } as Key
    for (const broken of ['{"keys":[', '{"keys":[]}', '{"keys":[{"kty":"oct","kid":"a","k":"AA"}]}']) {
      writeKeys(desk, broken)
      await pause(1.3)
      expect(await askAll(desk)).toEqual(new Set([200]))
    }
    writeKeys(desk, formatKeySet({ keys: [fresh] }))
    await pause(2)
    expect(await askAll(desk)).toEqual(new Set([403]))
    expect(await askAll(desk, fresh)).toEqual(new Set([200]))
    writeKeys(desk, formatKeySet({ keys: [HMAC_KEY] }))
    await pause(2)
    expect(await askAll(desk)).toEqual(new Set([200]))
    expect(await askAll(desk, ED25519_KEY)).toEqual(new Set([403]))
  })
})

describe.skipIf(!nginxNjs.isInstalled())('keys and memory of nginx-njs', () => {
  let desk: Desk

  beforeAll(async () => {
    desk = await open(nginxNjs)
  })
  afterAll(() => close(desk))

  const reload = async (): Promise<void> => {
    process.kill(desk.running.pids[0] ?? 0, 'SIGHUP')
    await pause(1)
  }

  test('a reload takes new keys and keeps what has been used', async () => {
    const text = await signedText(desk)
    expect((await sendRaw(desk.run.port, text)).status).toBe(200)
    writeKeys(desk, formatKeySet({ keys: [{ ...HMAC_KEY, kid: 'fresh' }] }))
    await reload()
    expect(await askAll(desk)).toEqual(new Set([403]))
    writeKeys(desk, formatKeySet({ keys: [HMAC_KEY] }))
    await reload()
    expect(await askAll(desk)).toEqual(new Set([200]))
    expect((await sendRaw(desk.run.port, text)).status).toBe(403)
  })

  test('keys that cannot be read keep the old ones in force', async () => {
    writeKeys(desk, 'no JSON')
    await reload()
    expect(await askAll(desk)).toEqual(new Set([200]))
  })
})

describe.skipIf(!nginxAuthRequest.isInstalled())('nginx-auth-request', () => {
  test('without the auth server nothing reaches the application', async () => {
    const desk = await open(nginxAuthRequest)
    process.kill(desk.running.pids.at(-1) ?? 0, 'SIGKILL')
    await pause(0.2)
    desk.origin.take()
    expect(await ask(desk)).toBe(500)
    expect(desk.origin.take()).toHaveLength(0)
    await close(desk)
  })
})

describe.each(SETUPS.filter((proxy) => proxy.isInstalled()))('WebSockets through $name', (proxy) => {
  test('a signed one echoes and an unsigned one is refused', async () => {
    const port = await freePort()
    const sockets = new WebSocketServer({ port, host: '127.0.0.1' })
    sockets.on('connection', (socket, { headers }) => {
      socket.on('message', (data) => socket.send(`${headers.host} ${String(data)}`))
    })
    const desk = await open(proxy)
    const run = { ...desk.run, folder: `${desk.run.folder}-ws`, port: await freePort(), originPort: port }
    const { mkdirSync } = await import('node:fs')
    mkdirSync(run.folder)
    const running = await proxy.start(run)
    const created = Math.floor(Date.now() / 1000)
    const message = { authority: `127.0.0.1:${run.port}`, path: '/ws', query: '?' }
    const { fields } = await sendFromEdge({ created, message })
    const headers: Record<string, string> = {}
    for (let i = 2; i < fields.length; i += 2) headers[fields[i] ?? ''] = fields[i + 1] ?? ''
    const url = `ws://127.0.0.1:${run.port}/ws`
    const socket = new WebSocket(url, { headers })
    const answer = await new Promise((resolve) => {
      socket.on('open', () => socket.send('hello'))
      socket.on('message', (data) => resolve(String(data)))
      socket.on('error', resolve)
    })
    expect(answer).toBe('shop.example hello')
    socket.terminate()
    const refused = new WebSocket(url)
    expect(String(await new Promise((resolve) => refused.on('error', resolve)))).toContain('401')
    sockets.close()
    await running.stop()
    rmSync(run.folder, { recursive: true, force: true })
    await close(desk)
  })
})
