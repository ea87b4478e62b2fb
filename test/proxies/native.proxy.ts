/** Verifiers that are configuration only, beyond the battery: what the edge may send, restarts, upgrades, HTTP/2. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedMessage } from '../../src/signature/base.ts'
import { freePort } from '../bench/workerd-process.ts'
import { CERTIFICATE, PRIVATE_KEY } from '../cli/doctor/certificate-fixture.ts'
import { addField, sendFromEdge, toWire } from '../origin/edge.ts'
import { type RawResponse, sendRaw } from '../origin/raw-client.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'
import { type EchoOrigin, openEchoOrigin } from './echo-origin.ts'
import { runHaproxy } from './haproxy-run.ts'
import type { ProxyRun, ProxyUnderTest, RunningProxy } from './setup.ts'
import { haproxy } from './setups/haproxy.ts'
import { nginxLua } from './setups/nginx-lua.ts'
import { nginxNjs } from './setups/nginx-njs.ts'

const NATIVE: readonly ProxyUnderTest[] = [haproxy, nginxLua, nginxNjs]

/** Until what was signed a second ago is younger than every process. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2100))

interface Door {
  /** Signs now, or `ago` seconds before, with uncovered fields more. */
  sign(message?: Partial<SignedMessage>, fields?: readonly string[], ago?: number): Promise<string>
  send(text: string): Promise<RawResponse>
  /** Ends it and starts it again, as it was. */
  restart(): Promise<void>
  readonly origin: EchoOrigin
  close(): Promise<void>
}

async function openDoor(proxy: ProxyUnderTest): Promise<Door> {
  const origin = await openEchoOrigin()
  const run: ProxyRun = {
    folder: mkdtempSync(join(tmpdir(), `sallyport-${proxy.name}-`)),
    port: await freePort(),
    originPort: origin.port,
    keys: { keys: [HMAC_KEY] },
    unsigned: [],
  }
  let running: RunningProxy = await proxy.start(run)
  return {
    origin,
    async sign(message = {}, fields = [], ago = 0) {
      const created = Math.floor(Date.now() / 1000) - ago
      const full = { authority: `127.0.0.1:${run.port}`, ...message }
      let received = await sendFromEdge({ created, message: full })
      for (let i = 0; i < fields.length; i += 2)
        received = addField(received, fields[i] ?? '', fields[i + 1] ?? '')
      return toWire(addField(received, 'Connection', 'close'))
    },
    send: (text) => sendRaw(run.port, text),
    async restart() {
      await running.stop()
      running = await proxy.start(run)
    },
    async close() {
      await running.stop()
      await origin.close()
      rmSync(run.folder, { recursive: true, force: true })
    },
  }
}

/** Names and values that nobody reads. */
const fill = (count: number, length: number): string[] =>
  Array.from({ length: count }, (_, i) => [`X-Fill-${i}`, 'v'.repeat(length)]).flat()

const ID = 'x'.repeat(128)
const LONGEST_VERDICT = `action=pass, policy="${ID}", route="${ID}", log=(${Array(16).fill(`"${ID}"`).join(' ')}), bot="${ID}"`

describe.each(NATIVE.filter((proxy) => proxy.isInstalled()))('$name', (proxy) => {
  let door: Door
  beforeAll(async () => {
    door = await openDoor(proxy)
    await settle()
  })
  afterAll(() => door.close())

  const status = async (...args: Parameters<Door['sign']>): Promise<number> =>
    (await door.send(await door.sign(...args))).status

  // The defaults of the policy: max_url_bytes 8 KiB, max_header_bytes 32 KiB, a value of 8 KiB, 100 fields.
  test('lets in the longest that the edge lets through by default', async () => {
    expect(await status({ path: `/${'p'.repeat(8191)}`, query: '?' })).toBe(200)
    expect(await status({}, fill(4, 8176))).toBe(200)
    expect(await status({}, fill(120, 20))).toBe(200)
    const all = { path: `/${'p'.repeat(4000)}`, query: `?${'q'.repeat(4190)}`, verdict: LONGEST_VERDICT }
    expect(await status(all, fill(110, 280))).toBe(200)
  })

  test('finds what came twice, or under another spelling, behind many fields', async () => {
    const many = fill(110, 280)
    expect(await status({}, [...many, 'Sallyport-Client', 'ip="192.0.2.1"'])).toBe(403)
    if (proxy.name === 'haproxy') expect(await status({}, [...many, 'Sallyport_Client', 'a'])).toBe(403)
  })

  test.each(['h2c', 'H2C', 'doctor/1', 'TLS/1.0', 'websocket, h2c'])(
    'hands the application no upgrade to %s, whose tunnel nobody would check',
    async (protocol) => {
      door.origin.take()
      // HAProxy answers 400 to a WebSocket without a key.
      const key = ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ==']
      const text = await door.sign({}, ['Upgrade', protocol, 'Connection', 'Upgrade', ...key])
      expect((await door.send(text)).status).toBe(200)
      const names = door.origin.take()[0]?.fields.filter((_, i) => i % 2 === 0)
      expect(names?.map((name) => name.toLowerCase())).not.toContain('upgrade')
    },
  )

  test('after a restart admits nothing that was signed before it', async () => {
    const used = await door.sign({}, [], 1)
    expect((await door.send(used)).status).toBe(200)
    await door.restart()
    expect((await door.send(used)).status).toBe(403)
    expect(await status({}, [], 3)).toBe(403)
    await settle()
    expect(await status()).toBe(200)
  })
})

/** What a TLS client gets that speaks HTTP/2 without having agreed on it. */
function speakHttp2(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
    let text = ''
    socket.setEncoding('latin1')
    socket.on('secureConnect', () => socket.end('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0'))
    socket.on('data', (chunk: string) => {
      text += chunk
    })
    socket.on('error', () => resolve(text))
    socket.on('close', () => resolve(text))
  })
}

describe.skipIf(!haproxy.isInstalled())('HAProxy that ends TLS', () => {
  test('reads HTTP/1.1 and nothing else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-tls-'))
    const certificate = join(folder, 'origin.pem')
    const key = `${certificate}.key`
    writeFileSync(certificate, CERTIFICATE)
    writeFileSync(key, PRIVATE_KEY)
    const running = await runHaproxy({ changes: { tls: { certificate, key } }, early: true })
    expect(await speakHttp2(running.port)).toMatch(/^HTTP\/1\.1 400 /)
    await running.stop()
    rmSync(folder, { recursive: true })
  })
})
