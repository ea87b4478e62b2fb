import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COMPATIBILITY, OBJECTS } from '../../src/cli/local/edge.ts'
import { createLocalKeys } from '../../src/cli/local/keys.ts'
import { run } from '../e2e/run-node.ts'
import { ask } from '../worker/exchange.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const WRANGLER = join(ROOT, 'node_modules/wrangler/bin/wrangler.js')
/** Bytes of the script and its modules together, compressed. */
const BUDGET = 300 * 1024

let folder = ''
let out = ''
let printed = ''
let status: number | string = ''
const modules = new Map<string, Buffer>()

/** A checkout of its own, with nothing built yet: what is tested must not depend on what lies around. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-deploy-'))
  const checkout = join(folder, 'checkout')
  out = join(folder, 'out')
  for (const name of ['src', 'rules', 'package.json', 'tsconfig.json', 'wrangler.toml']) {
    await cp(join(ROOT, name), join(checkout, name), { recursive: true })
  }
  await symlink(join(ROOT, 'node_modules'), join(checkout, 'node_modules'))
  const home = await mkdtemp(join(folder, 'home-'))
  const wrangler = run([WRANGLER, 'deploy', '--dry-run', '--outdir', out], {
    cwd: checkout,
    env: {
      HOME: home,
      XDG_CONFIG_HOME: home,
      WRANGLER_SEND_METRICS: 'false',
      CI: 'true',
      PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH ?? ''}`,
    },
  })
  status = await wrangler.ended
  printed = wrangler.out() + wrangler.err()
  if (!existsSync(out)) return
  for (const name of await readdir(out)) {
    if (/\.(js|bin)$/.test(name)) modules.set(name, await readFile(join(out, name)))
  }
}, 60_000)
afterAll(() => rm(folder, { recursive: true }))

const script = (): string => String(modules.get('index.js') ?? '')

describe('wrangler deploy --dry-run', () => {
  test('is green on a checkout where nothing was built', () => {
    expect(status, printed).toBe(0)
    expect(printed).not.toMatch(/\[WARNING\]|\[ERROR\]/i)
    expect([...modules.keys()].filter((name) => name.endsWith('.bin'))).toHaveLength(1)
  })

  test('names the bindings that the Worker asks for', () => {
    for (const name of ['RULES', 'COUNTERS', 'WATCH', 'CONTROL', 'DECISIONS', 'COUNTER_SHARDS']) {
      expect(printed).toContain(`env.${name}`)
    }
  })

  test('stays within the budget', () => {
    const sizes = [...modules].map(([name, bytes]) => [name, bytes.length, gzipSync(bytes).length] as const)
    const total = sizes.reduce((sum, [, , compressed]) => sum + compressed, 0)
    console.log(sizes.map(([name, size, gzip]) => `${name}: ${size} bytes, ${gzip} compressed`).join('\n'))
    expect(total).toBeGreaterThan(1000)
    expect(total).toBeLessThanOrEqual(BUDGET)
  })

  test('takes nothing of Node’s, nothing evaluated and nothing of local runs along', () => {
    expect(script()).toContain('SALLYPORT_KEYS')
    expect(script()).not.toMatch(/(?:from|import|require\()\s*["']node:/)
    expect(script()).not.toMatch(/\beval\(|new Function\(/)
    expect(script()).not.toMatch(/simulat/i)
  })

  test('makes a Worker that starts in bare workerd and answers', async () => {
    const instance = new Miniflare(
      convertV4MiniflareOptions({
        log: new Log(LogLevel.NONE),
        workers: [
          {
            name: 'deployed',
            // workerd starts the first module.
            modules: [...modules]
              .sort(([a], [b]) => Number(b === 'index.js') - Number(a === 'index.js'))
              .map(([name, contents]) =>
                name.endsWith('.js')
                  ? { type: 'ESModule' as const, path: name, contents: String(contents) }
                  : { type: 'Data' as const, path: name, contents },
              ),
            compatibilityDate: COMPATIBILITY.date,
            compatibilityFlags: [...COMPATIBILITY.flags],
            unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
            durableObjects: OBJECTS,
            bindings: { SALLYPORT_KEYS: createLocalKeys().edge },
          },
        ],
      }),
    )
    try {
      const { origin } = await instance.unsafeGetDirectURL('deployed')
      const reply = await ask(origin, { target: '/robots.txt', headers: { host: 'app.sallyport.example' } })
      expect([reply.status, reply.text]).toEqual([200, expect.stringContaining('Disallow')])
    } finally {
      await instance.dispose()
    }
  })
})

describe('wrangler.toml', () => {
  test('agrees with local runs', async () => {
    const toml = await readFile(join(ROOT, 'wrangler.toml'), 'utf8')
    expect(/^compatibility_date = "(.+)"$/m.exec(toml)?.[1]).toBe(COMPATIBILITY.date)
    expect(JSON.parse(/^compatibility_flags = (\[.*\])$/m.exec(toml)?.[1] ?? '')).toEqual([
      ...COMPATIBILITY.flags,
    ])
    expect(/^main = "(.+)"$/m.exec(toml)?.[1]).toBe('src/worker/index.ts')
    const local = await readFile(join(ROOT, 'src/cli/local/edge.ts'), 'utf8')
    for (const [, name = ''] of toml.matchAll(/^(?:binding|name) = "([A-Z]+)"$/gm))
      expect(local).toContain(name)
    expect(/^class_name = "(.+)"$/m.exec(toml)?.[1]).toBe('CounterObject')
    expect(toml).toContain('new_sqlite_classes = ["CounterObject"]')
    expect(toml).not.toMatch(/^nodejs_compat|"nodejs_compat"/m)
  })
})
