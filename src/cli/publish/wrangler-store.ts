/**
 * A KV namespace reached through wrangler, with the operator's own login: this project keeps no credentials.
 * Every command that writes is printed before it runs, so that it can be repeated by hand.
 * @module
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { POINTER_KEY, type StoreWrite } from '../../bundle/delivery.ts'
import type { RunWrangler, WranglerResult } from './run-wrangler.ts'
import { type Store, type StoredKey, StoreError } from './store.ts'

export interface WranglerStoreOptions {
  readonly run: RunWrangler
  /** The deployed namespace, or the storage that `wrangler dev` uses on this machine. */
  readonly where: 'remote' | 'local'
  /** Gets each writing command as a line. */
  readonly print: (line: string) => void
  /** Name of the binding in wrangler.toml. */
  readonly binding?: string
}

/** Bytes of values per bulk file: Cloudflare takes 100 MB per request, and base64 makes four out of three. */
const MAX_BULK = 64 * 1024 * 1024
const MAX_BULK_KEYS = 10_000

/** What wrangler prints, with status 0, for a key that local storage does not have. */
const LOCAL_MISS = 'Value not found\n'

function fail(args: readonly string[], { status, stderr, stdout }: WranglerResult): never {
  const said = stripVTControlCharacters(stderr || stdout.subarray(-2000).toString('utf8')).trim()
  throw new StoreError(`wrangler ${args.join(' ')} ended with ${status ?? 'no status'}:\n${said}`)
}

/** Consecutive writes that fit into one file each. */
function intoFiles(writes: readonly StoreWrite[]): StoreWrite[][] {
  const files: StoreWrite[][] = []
  let size = Number.POSITIVE_INFINITY
  for (const write of writes) {
    const last = files.at(-1)
    if (!last || size + write.value.length > MAX_BULK || last.length === MAX_BULK_KEYS) {
      files.push([write])
      size = write.value.length
    } else {
      last.push(write)
      size += write.value.length
    }
  }
  return files
}

function formatBulk(writes: readonly StoreWrite[]): string {
  const rows = writes.map(({ key, value, metadata }) => ({
    key,
    value: Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64'),
    base64: true,
    ...(metadata === undefined ? {} : { metadata }),
  }))
  return JSON.stringify(rows)
}

function readKeys(stdout: Buffer, args: readonly string[]): StoredKey[] {
  try {
    const rows = JSON.parse(stdout.toString('utf8')) as { name: string; metadata?: StoredKey['metadata'] }[]
    return rows.map(({ name, metadata }) => ({ key: name, ...(metadata ? { metadata } : {}) }))
  } catch (cause) {
    throw new StoreError(`wrangler ${args.join(' ')} printed no list of keys.`, { cause })
  }
}

/** Puts everything but the pointer in bulk, and the pointer alone and last: until then nothing is active. */
async function putAll(
  writes: readonly StoreWrite[],
  put: (args: readonly string[]) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-publish-'))
  try {
    const bulk = intoFiles(writes.filter(({ key }) => key !== POINTER_KEY))
    for (const [index, part] of bulk.entries()) {
      const file = join(folder, `bulk-${index}.json`)
      await writeFile(file, formatBulk(part), { mode: 0o600 })
      await put(['kv', 'bulk', 'put', file])
      await rm(file)
    }
    const pointer = writes.find(({ key }) => key === POINTER_KEY)
    if (pointer === undefined) return
    const file = join(folder, 'pointer.json')
    await writeFile(file, pointer.value, { mode: 0o600 })
    await put(['kv', 'key', 'put', POINTER_KEY, '--path', file])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export function createWranglerStore(options: WranglerStoreOptions): Store {
  const { run, where, print, binding = 'RULES' } = options
  const target = ['--binding', binding, `--${where}`]
  /** The process that runs, if any: several at once would only fight for this machine. */
  let busy: Promise<unknown> = Promise.resolve()
  const runNext = (args: readonly string[]): Promise<WranglerResult> => {
    const result = busy.then(() => run(args))
    busy = result.catch(() => {})
    return result
  }
  return {
    place:
      where === 'remote'
        ? `the namespace ${binding} of wrangler.toml`
        : `wrangler's local storage of ${binding}`,
    async get(key) {
      const args = ['kv', 'key', 'get', key, ...target]
      const result = await runNext(args)
      if (result.status !== 0) {
        // Cloudflare's API answers 404 for a key that is not there.
        if (result.stderr.includes(`/values/${encodeURIComponent(key)} - 404:`)) return null
        fail(args, result)
      }
      if (result.stdout.length === LOCAL_MISS.length && result.stdout.toString('utf8') === LOCAL_MISS)
        return null
      return new Uint8Array(result.stdout).buffer
    },
    put: (writes) =>
      putAll(writes, async (words) => {
        const args = [...words, ...target]
        print(`wrangler ${args.join(' ')}`)
        const result = await runNext(args)
        if (result.status !== 0) fail(args, result)
      }),
    async list(prefix) {
      const args = ['kv', 'key', 'list', '--prefix', prefix, ...target]
      const result = await runNext(args)
      if (result.status !== 0) fail(args, result)
      return readKeys(result.stdout, args)
    },
  }
}
