/** A Redis of its own for a suite, where the program is installed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@redis/client'

/** Says so when it is not. */
export function isRedisInstalled(what: string): boolean {
  if (spawnSync('redis-server', ['--version']).status === 0) return true
  if (process.env.SALLYPORT_REQUIRE_PROXIES === '1') throw new Error('redis-server is not installed')
  console.log(`redis-server is not installed: ${what} is not tested`)
  return false
}

export interface RedisServer {
  /** A unix socket. */
  readonly path: string
  readonly process: ChildProcess
  stop(): Promise<void>
}

/** Listens on a unix socket only: no port to collide with. */
export async function startRedis(): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-redis-'))
  const path = join(folder, 'redis.sock')
  const options = ['--port', '0', '--unixsocket', path, '--save', '', '--appendonly', 'no', '--dir', folder]
  const child = spawn('redis-server', options, { stdio: 'ignore' })
  const probe = createClient({ socket: { path, tls: false, reconnectStrategy: () => 50 } })
  probe.on('error', () => undefined)
  await probe.connect()
  probe.destroy()
  return {
    path,
    process: child,
    async stop() {
      const ended = once(child, 'exit')
      child.kill()
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

export interface RedisClient {
  sendCommand(command: string[]): Promise<unknown>
  destroy(): void
}

/** A client in the usual settings. */
export async function connect(path: string): Promise<RedisClient> {
  const client = createClient({ socket: { path, tls: false } })
  client.on('error', () => undefined)
  await client.connect()
  return client
}
