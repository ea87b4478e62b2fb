import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { serveCommand } from '../../../src/cli/origin/serve.ts'
import { formatKeySet, type Key } from '../../../src/signature/keys.ts'
import { closeServer, listen } from '../../origin/apps.ts'
import { ask, askAs } from '../../origin/auth-server/ask.ts'
import { sendFromEdge, setField } from '../../origin/edge.ts'
import { ED25519_KEY, HMAC_KEY } from '../../signature/keys-fixture.ts'

let folder = ''
let running: Running | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-serve-'))
})
afterEach(async () => {
  if (running && running.child.exitCode === null) {
    running.child.kill('SIGKILL')
    await once(running.child, 'exit')
  }
  running = undefined
  rmSync(folder, { recursive: true })
})

interface Running {
  readonly child: ChildProcess
  out: string
  told: string
  /** Waits until the server has told something. */
  until(pattern: RegExp): Promise<void>
}

const MODULE = fileURLToPath(new URL('../../../src/cli/origin/serve.ts', import.meta.url))
const SCRIPT = `const { serveCommand } = await import(process.argv[1])
await serveCommand().parseAsync(process.argv.slice(2), { from: 'user' })`

function run(...args: string[]): Running {
  const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT, MODULE, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let heard: () => void = () => undefined
  const started: Running = {
    child,
    out: '',
    told: '',
    async until(pattern) {
      while (!pattern.test(started.told)) {
        if (child.exitCode !== null) throw new Error(`it ended: ${started.told}`)
        await new Promise<void>((resolve) => {
          heard = resolve
        })
      }
    },
  }
  child.stdout?.on('data', (chunk) => {
    started.out += String(chunk)
  })
  child.stderr?.on('data', (chunk) => {
    started.told += String(chunk)
    heard()
  })
  child.on('exit', () => heard())
  running = started
  return started
}

const hasRedis = spawnSync('redis-server', ['--version']).status === 0
if (!hasRedis) console.log('redis-server is not installed: servers that share it are not tested')

const seconds = (): number => Math.floor(Date.now() / 1000)

function writeKeys(...keys: Key[]): string {
  const path = join(folder, 'origin.jwks.json')
  writeFileSync(`${path}.new`, formatKeySet({ keys }))
  renameSync(`${path}.new`, path)
  return path
}

async function start(...more: string[]): Promise<Running & { readonly address: string }> {
  const socket = `unix:${join(folder, 'auth.sock')}`
  const least = ['--lb', 'nginx-auth-request', '--authority', 'origin.example', '--listen', socket]
  const started = run(...least, '--admin', `unix:${join(folder, 'admin.sock')}`, ...more)
  await started.until(/^Answering /m)
  return Object.assign(started, { address: socket })
}

const admitted = async (address: string, key: Key = HMAC_KEY): Promise<number> => {
  const question = askAs('nginx-auth-request', await sendFromEdge({ created: seconds(), key }))
  return (await ask(address, question)).status
}

async function end(server: Running): Promise<number | null> {
  server.child.kill('SIGTERM')
  await once(server.child, 'exit')
  return server.child.exitCode
}

describe('sallyport origin serve', () => {
  test('answers, tells health and metrics, logs refusals only, and ends well on SIGTERM', async () => {
    const server = await start('--keys', writeKeys(HMAC_KEY), '--fact', 'country')
    const intact = await sendFromEdge({ created: seconds() })
    const answer = await ask(server.address, askAs('nginx-auth-request', intact))
    expect(answer.status).toBe(200)
    expect(answer.head).toContain('Sallyport-Country: NO')
    const tampered = setField(intact, 'Sallyport-Client', 'secret')
    expect((await ask(server.address, askAs('nginx-auth-request', tampered))).status).toBe(403)
    const admin = `unix:${join(folder, 'admin.sock')}`
    const get = (target: string): ReturnType<typeof ask> =>
      ask(admin, { method: 'GET', target, fields: ['Host', 'x'] })
    expect((await get('/healthz')).body).toBe('ok\n')
    const { body } = await get('/metrics')
    expect(body).toContain('sallyport_decisions_total{result="signed"} 1\n')
    expect(body).toContain('sallyport_keys 1\n')
    expect(body).toContain('sallyport_replay_bytes 4194304\n')
    expect(await end(server)).toBe(0)
    const lines = server.out.trimEnd().split('\n')
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ ok: false, status: 403, failure: 'mac' })
    expect(server.out + server.told).not.toMatch(/secret|MDEyMzQ1/)
  })

  test('takes new keys over on SIGHUP and by itself, and keeps the last good ones', async () => {
    const path = writeKeys(HMAC_KEY)
    const server = await start('--keys', path)
    expect(await admitted(server.address, ED25519_KEY)).toBe(403)
    writeKeys(ED25519_KEY, HMAC_KEY)
    server.child.kill('SIGHUP')
    await server.until(/The keys have changed: k-20261122-ed25, k-20261122-hmac\./)
    expect(await admitted(server.address, ED25519_KEY)).toBe(200)
    expect(await admitted(server.address, HMAC_KEY)).toBe(200)
    writeFileSync(path, '{"keys":')
    server.child.kill('SIGHUP')
    await server.until(/warning: key file .* is not JSON/)
    expect(await admitted(server.address, HMAC_KEY)).toBe(200)
    writeKeys(ED25519_KEY)
    await server.until(/The keys have changed: k-20261122-ed25\./)
    expect(await admitted(server.address, HMAC_KEY)).toBe(403)
    expect(await admitted(server.address, ED25519_KEY)).toBe(200)
    expect(server.told).not.toContain('11qYAYKx')
  })

  test('a rotation under load refuses nobody', async () => {
    const server = await start('--keys', writeKeys(HMAC_KEY))
    let signing: Key = HMAC_KEY
    let stop = false
    let asked = 0
    const refused: number[] = []
    const loads = Array.from({ length: 8 }, async () => {
      while (!stop) {
        const status = await admitted(server.address, signing)
        asked++
        if (status !== 200) refused.push(status)
      }
    })
    const enough = async (count: number): Promise<void> => {
      const goal = asked + count
      while (asked < goal) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await enough(100)
    writeKeys(ED25519_KEY, HMAC_KEY)
    server.child.kill('SIGHUP')
    await server.until(/changed: k-20261122-ed25, /)
    await enough(100)
    signing = ED25519_KEY
    // What was signed with the old key has arrived once each loop has come round.
    await enough(100)
    writeKeys(ED25519_KEY)
    server.child.kill('SIGHUP')
    await server.until(/changed: k-20261122-ed25\./)
    await enough(100)
    stop = true
    await Promise.all(loads)
    expect(refused).toEqual([])
    expect(asked).toBeGreaterThanOrEqual(400)
  })

  test('follows public keys at a URL', async () => {
    const { d: _, ...open } = ED25519_KEY as Extract<Key, { kty: 'OKP' }>
    const keys = createServer((_request, response) => response.end(formatKeySet({ keys: [open] })))
    const port = await listen(keys)
    const server = await start('--keys-url', `http://127.0.0.1:${port}/origin.jwks.json`)
    expect(await admitted(server.address, ED25519_KEY)).toBe(200)
    await closeServer(keys)
  })

  test.skipIf(!hasRedis)('two servers that share a Redis let a request in once', async () => {
    const probe = createServer()
    const port = await listen(probe)
    await closeServer(probe)
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder]
    const openRedis = async () => {
      const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'ignore'] })
      for (let log = ''; !/ready to accept/i.test(log); ) log += String((await once(child.stdout, 'data'))[0])
      return child
    }
    const redis = await openRedis()
    const keys = writeKeys(HMAC_KEY)
    const url = `redis://127.0.0.1:${port}`
    const first = await start('--keys', keys, '--redis', url)
    const other = `unix:${join(folder, 'other.sock')}`
    const lb = ['--lb', 'nginx-auth-request', '--authority', 'origin.example', '--admin', 'off']
    const second = run(...lb, '--listen', other, '--keys', keys, '--redis', url)
    await second.until(/^Answering /m)
    const question = askAs('nginx-auth-request', await sendFromEdge({ created: seconds() }))
    const copies = Array.from({ length: 40 }, (_, i) => ask(i % 2 === 0 ? first.address : other, question))
    const statuses = (await Promise.all(copies)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    redis.kill()
    await second.until(/Redis is away/)
    expect(await admitted(other)).toBe(403)
    // It comes back without what it knew.
    const anew = await openRedis()
    await second.until(/Redis is back/)
    expect((await ask(other, question)).status).toBe(403)
    await expect.poll(() => admitted(other), { timeout: 5000 }).toBe(200)
    anew.kill()
    first.child.kill()
    await once(first.child, 'exit')
  })

  test.each([
    [
      'the keys are not there',
      ['--keys', '/nowhere/k.json'],
      1,
      'error: not started: key file /nowhere/k.json',
    ],
    ['options are wrong', ['--skew', 'x'], 2, '--skew "x": give a whole number from 0 to 30'],
    ['Redis is not there', ['--redis', 'redis://u:hidden@127.0.0.1:1'], 1, 'Redis cannot be used'],
    ['an address is taken', ['--admin', 'unix:/dev/null'], 1, 'unix:/dev/null is there and is no socket'],
  ])('when %s it ends with why', async (_name, more, code, why) => {
    const keys = more.includes('--keys') ? [] : ['--keys', writeKeys(HMAC_KEY)]
    const socket = `unix:${join(folder, 'auth.sock')}`
    const server = run(
      '--lb',
      'caddy',
      '--authority',
      'a',
      '--listen',
      socket,
      '--admin',
      'off',
      ...keys,
      ...more,
    )
    await once(server.child, 'exit')
    expect(server.told).toContain(why)
    expect(server.told).not.toContain('hidden')
    expect(server.child.exitCode).toBe(code)
  })

  test('an address that is not loopback is warned of', async () => {
    const keys = writeKeys(HMAC_KEY)
    const server = run(
      '--lb',
      'caddy',
      '--authority',
      'a',
      '--keys',
      keys,
      '--listen',
      '0.0.0.0:1',
      '--admin',
      '10.0.0.1:1',
    )
    await server.until(/--admin is not loopback/)
    expect(server.told).toContain(
      'warning: --listen is not loopback: let nothing but the load balancer reach it',
    )
    if (server.child.exitCode === null) server.child.kill('SIGKILL')
  })

  test('a mode must be said', async () => {
    const command = serveCommand(() => true)
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
    await expect(command.parseAsync([], { from: 'user' })).rejects.toThrow("'--lb <mode>' not specified")
    await expect(command.parseAsync(['--lb', 'any'], { from: 'user' })).rejects.toThrow('nginx-auth-request')
  })
})
