import { existsSync, linkSync, lstatSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { listenAt } from '../../../src/origin/auth-server/listen.ts'
import { startAuthServer } from '../../../src/origin/auth-server/start.ts'
import type { Address } from '../../../src/origin/recipes/description.ts'
import { formatAddress } from '../../../src/origin/recipes/serve-command.ts'
import { NOW } from '../../signature/fixtures.ts'
import { HMAC_KEY } from '../../signature/keys-fixture.ts'
import { closeServer } from '../apps.ts'
import { sendFromEdge } from '../edge.ts'
import { ask, askAs } from './ask.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-listen-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const modeOf = (path: string): number => lstatSync(path).mode & 0o777

/** What a server that was killed leaves behind. */
async function leaveSocket(path: string): Promise<void> {
  const other = `${path}.other`
  const server = createServer()
  await listenAt(server, { kind: 'unix', path: other })
  // A second name survives the closing of the first.
  linkSync(other, path)
  await closeServer(server)
}

describe('a unix socket', () => {
  test('is made for owner and group, and goes when the server does', async () => {
    const path = join(folder, 'auth.sock')
    const server = createServer()
    expect(await listenAt(server, { kind: 'unix', path })).toEqual({ kind: 'unix', path })
    expect(modeOf(path)).toBe(0o660)
    await closeServer(server)
    expect(existsSync(path)).toBe(false)
  })

  test('gets the permissions that are asked for', async () => {
    const path = join(folder, 'auth.sock')
    const server = createServer()
    await listenAt(server, { kind: 'unix', path }, 0o600)
    expect(modeOf(path)).toBe(0o600)
    await closeServer(server)
  })

  test('that nobody answers any more is replaced', async () => {
    const path = join(folder, 'auth.sock')
    await leaveSocket(path)
    expect(existsSync(path)).toBe(true)
    const server = createServer()
    await listenAt(server, { kind: 'unix', path })
    await closeServer(server)
  })

  test('that a server answers is left alone', async () => {
    const path = join(folder, 'auth.sock')
    const first = createServer()
    await listenAt(first, { kind: 'unix', path })
    await expect(listenAt(createServer(), { kind: 'unix', path })).rejects.toThrow(`unix:${path} is taken`)
    expect(existsSync(path)).toBe(true)
    await closeServer(first)
  })

  test('never replaces a file, a folder or a link', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, 'precious')
    const link = join(folder, 'link')
    symlinkSync(file, link)
    for (const path of [file, link, folder]) {
      await expect(listenAt(createServer(), { kind: 'unix', path })).rejects.toThrow('is no socket')
    }
    expect(existsSync(file)).toBe(true)
  })

  test('is told when its path is too long', async () => {
    const long = { kind: 'unix', path: join(folder, 'x'.repeat(120)) } as const
    await expect(listenAt(createServer(), long)).rejects.toThrow('at most 107 bytes')
  })

  test('needs its folder, and says so', async () => {
    const address: Address = { kind: 'unix', path: join(folder, 'none', 'auth.sock') }
    await expect(listenAt(createServer(), address)).rejects.toThrow('may not be written to')
  })

  test('serves', async () => {
    const path = join(folder, 'auth.sock')
    const server = await startAuthServer({
      mode: 'caddy',
      listen: { kind: 'unix', path },
      facts: [],
      verifier: { keys: { keys: [HMAC_KEY] }, authority: 'origin.example', now: () => NOW },
    })
    expect(server.address).toBe(`unix:${path}`)
    const question = askAs('caddy', await sendFromEdge({ created: NOW }))
    expect((await ask(server.address, question)).status).toBe(200)
    await server.close()
    expect(existsSync(path)).toBe(false)
  })
})

describe('a port', () => {
  test('is told when it was chosen by the system, with brackets or without', async () => {
    for (const host of ['127.0.0.1', '::1', '::1']) {
      const server = createServer()
      const bound = await listenAt(server, { kind: 'tcp', host, port: 0 })
      expect(formatAddress(bound)).toMatch(/^(127\.0\.0\.1|\[::1\]):[1-9][0-9]*$/)
      await closeServer(server)
    }
  })

  test('that is taken is named', async () => {
    const server = createServer()
    const bound = await listenAt(server, { kind: 'tcp', host: '127.0.0.1', port: 0 })
    await expect(listenAt(createServer(), bound)).rejects.toThrow(`${formatAddress(bound)} is taken`)
    await closeServer(server)
  })

  test('of another machine is refused', async () => {
    const address: Address = { kind: 'tcp', host: '192.0.2.1', port: 0 }
    await expect(listenAt(createServer(), address)).rejects.toThrow('no address of this machine')
  })
})
