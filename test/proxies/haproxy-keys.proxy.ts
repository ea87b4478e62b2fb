/** Keys that change while HAProxy runs. */
import { spawn } from 'node:child_process'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { haproxyKeysCommand } from '../../src/cli/origin/haproxy-keys.ts'
import { formatKeySet, type Key } from '../../src/signature/keys.ts'
import { ED25519_KEY, HMAC_KEY } from '../signature/keys-fixture.ts'
import { type HaproxyRun, type Line, openLine, runHaproxy } from './haproxy-run.ts'
import { haproxy } from './setups/haproxy.ts'

const NEW_KEY: Key = {
  kty: 'oct',
  k: Buffer.alloc(48, 0xfe).toString('base64url'),
  kid: 'k-new',
  alg: 'HS256',
  use: 'sig',
}
const WATCHER = fileURLToPath(new URL('haproxy-keys-main.ts', import.meta.url))

describe.skipIf(!haproxy.isInstalled())('keys of a running HAProxy', () => {
  let running: HaproxyRun
  let line: Line
  beforeAll(async () => {
    running = await runHaproxy()
    line = await openLine(running.port)
  })
  afterAll(async () => {
    line.close()
    await running.stop()
  })

  const file = (): string => join(running.folder, 'origin.jwks.json')
  function write(keys: readonly Key[]): void {
    writeFileSync(`${file()}.new`, formatKeySet({ keys }))
    renameSync(`${file()}.new`, file())
  }
  const push = (keys: readonly Key[]): Promise<unknown> => {
    write(keys)
    return haproxyKeysCommand(() => {}).parseAsync(['--keys', file(), '--socket', running.socket], {
      from: 'user',
    })
  }

  test('change under load: none that is signed with a valid key is refused', async () => {
    let key = HMAC_KEY
    let ended = false
    const refused: number[] = []
    let sent = 0
    const load = Array.from({ length: 8 }, async () => {
      const own = await openLine(running.port)
      while (!ended) {
        const status = await own.send(await running.sign({ key }))
        if (status !== 200) refused.push(status)
        sent++
      }
      own.close()
    })
    for (let round = 0; round < 5; round++) {
      await push([NEW_KEY, HMAC_KEY, ED25519_KEY])
      key = NEW_KEY
      await new Promise((resolve) => setTimeout(resolve, 100))
      await push([NEW_KEY])
      await push([HMAC_KEY, NEW_KEY])
      key = HMAC_KEY
      await new Promise((resolve) => setTimeout(resolve, 100))
      await push([HMAC_KEY])
    }
    ended = true
    await Promise.all(load)
    console.log(`${sent} requests during 20 changes of keys`)
    expect(refused).toEqual([])
    expect(running.take().length).toBeGreaterThan(0)
  })

  test('are gone at once when they are revoked', async () => {
    await push([HMAC_KEY, NEW_KEY])
    expect(await line.send(await running.sign())).toBe(200)
    await push([NEW_KEY])
    expect(await line.send(await running.sign())).toBe(403)
    expect(await line.send(await running.sign({ key: NEW_KEY }))).toBe(200)
    await expect.poll(running.output).toContain('door=keyid')
  })

  test('of the other kind are refused', async () => {
    await push([HMAC_KEY, ED25519_KEY])
    expect(await line.send(await running.sign({ key: ED25519_KEY }))).toBe(403)
  })

  test('follow the file with --watch: no request is refused but those of the revoked key', async () => {
    await push([HMAC_KEY, NEW_KEY])
    const watch = spawn(
      process.execPath,
      [WATCHER, '--keys', file(), '--socket', running.socket, '--watch'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    try {
      let told = ''
      watch.stdout.on('data', (chunk: Buffer) => {
        told += chunk.toString()
      })
      await expect.poll(() => told, { timeout: 20_000 }).toContain(NEW_KEY.kid)
      write([NEW_KEY])
      const began = performance.now()
      const revoked = async (): Promise<number> => line.send(await running.sign())
      await expect.poll(revoked, { timeout: 20_000, interval: 50 }).toBe(403)
      console.log(`a revoked key was gone after ${Math.round(performance.now() - began)} ms`)
      expect(await line.send(await running.sign({ key: NEW_KEY }))).toBe(200)
      const ended = new Promise((resolve) => watch.on('exit', resolve))
      watch.kill('SIGTERM')
      expect(await ended).toBe(0)
    } finally {
      watch.kill('SIGKILL')
    }
  })
})
