import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { POINTER_KEY } from '../../src/bundle/delivery.ts'
import { createControlStore } from '../../src/cli/publish/control-store.ts'
import type { Running as Doors } from '../../src/cli/running.ts'
import { createFakeWrangler } from '../cli/publish/fake-wrangler.ts'
import { type Running, run } from './run-node.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LOCAL = join(ROOT, 'src/cli/local/main.ts')
const MAIN = join(ROOT, 'src/cli/main.ts')

/** Many commands, each a process: long on a busy machine. */
const LONG = { timeout: 120_000 }

const ROUTES = `routes:
  - id: site
    hosts: [127.0.0.1, www.example.com]
    path: /
    forward: { origin: 'http://127.0.0.1:8788' }
`
const RULES = `rules:
  - id: no-tea
    description: This is a coffee house.
    expression: http.request.uri.path eq "/tea"
    action: block
    status: 418
`

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-publish-'))
  await mkdir(join(folder, 'rules/routes'), { recursive: true })
  await writeFile(join(folder, 'rules/routes/site.yaml'), ROUTES)
  return folder
}

interface Ended {
  readonly status: number | string
  readonly out: string
  readonly err: string
}

async function sallyport(folder: string, words: readonly string[], env = {}): Promise<Ended> {
  const command = run([MAIN, ...words], { cwd: folder, env })
  const status = await command.ended
  return { status, out: command.out(), err: command.err() }
}

describe('publishing to a running start', () => {
  let folder = ''
  let started: Running
  let doors: Doors

  beforeAll(async () => {
    folder = await makeFolder()
    started = run([LOCAL, 'start', '--port', '0', '--origin-port', '0', '--quiet'], { cwd: folder })
    await started.printed(/Ctrl-C stops both doors/)
    doors = JSON.parse(await readFile(join(folder, '.sallyport/running.json'), 'utf8'))
  })
  afterAll(async () => {
    started.child.kill('SIGINT')
    await started.ended
    await rm(folder, { recursive: true })
  })

  const publish = (...words: readonly string[]): Promise<Ended> => sallyport(folder, ['publish', ...words])
  const ask = async (path: string): Promise<number> => {
    const response = await fetch(`${doors.edge}${path}`)
    await response.arrayBuffer()
    return response.status
  }

  test('a dry run says what would be and changes nothing', async () => {
    const { status, out } = await publish('--dry-run')
    expect([status, out]).toEqual([0, expect.stringContaining('Dry run: nothing was written.')])
    expect((await sallyport(folder, ['status'])).out).toContain('nothing is published')
  })

  test('a rule is enforced once it is published', LONG, async () => {
    expect(await ask('/tea')).not.toBe(418)
    await writeFile(join(folder, 'rules/custom.yaml'), RULES)
    const before = performance.now()
    const command = run([MAIN, 'publish', '--message', 'no tea'], { cwd: folder })
    let after = before
    while ((await ask('/tea')) !== 418) after = performance.now()
    console.log(
      `publish to first enforced request, the command's start included: ${((after - before) / 1000).toFixed(2)} s`,
    )
    expect(await command.ended, command.err()).toBe(0)
    expect(command.out()).toMatch(/Published serial 1 [\s\S]* runs it after \d+\.\d s\./)
  })

  test('the published routes lead to the origin of this run, wherever it listens', async () => {
    expect(await ask('/whoami')).toBe(200)
  })

  test('a stage that is killed stops acting, and acts again', async () => {
    expect((await publish('--kill', 'rules')).status).toBe(0)
    expect(await ask('/tea')).not.toBe(418)
    expect((await publish('--unkill', 'rules')).status).toBe(0)
    expect(await ask('/tea')).toBe(418)
  })

  test('a candidate in the shadow refuses nobody; promoted it does', async () => {
    await writeFile(join(folder, 'rules/custom.yaml'), RULES.replace('/tea', '/milk'))
    expect((await publish('--shadow')).status).toBe(0)
    expect([await ask('/tea'), await ask('/milk')]).toEqual([418, expect.not.stringMatching('418')])
    expect((await publish('--promote')).status).toBe(0)
    expect(await ask('/milk')).toBe(418)
    expect(await ask('/tea')).not.toBe(418)
  })

  test('diff says what the folder would change for logged requests', async () => {
    await writeFile(join(folder, 'rules/custom.yaml'), RULES)
    const { status, out } = await sallyport(folder, ['diff', '--exit-code'])
    expect(status).toBe(1)
    expect(out).toContain('~ rule no-tea: expression')
    expect(out).toContain('block 418 rules.no-tea → pass to site')
  })

  test('a rollback brings back what was', async () => {
    expect((await publish('--rollback', '1')).status).toBe(0)
    expect(await ask('/tea')).toBe(418)
    expect(await ask('/milk')).not.toBe(418)
  })

  test(
    'a policy of another key is not run, the publisher hears why, and the right key mends it',
    LONG,
    async () => {
      expect((await sallyport(folder, ['keys', 'policy', '--out', 'strange'])).status).toBe(0)
      await writeFile(join(folder, 'rules/custom.yaml'), RULES.replace('/tea', '/water'))
      const strange = ['--keys', 'strange/policy.jwks.json']
      const refused = await publish(...strange)
      expect([refused.status, refused.err]).toEqual([1, expect.stringContaining('is not accepted')])
      const forced = await publish(...strange, '--replace', '--timeout', '3')
      expect([forced.status, forced.err]).toEqual([1, expect.stringContaining('unknown-key')])
      expect(await ask('/water')).not.toBe(418)
      expect(await ask('/tea')).toBe(418)
      const mended = await publish('--replace')
      expect(mended.status, mended.err).toBe(0)
      expect(await ask('/water')).toBe(418)
    },
  )

  test('a pointer whose signature was changed is not run', async () => {
    const { control: url, token } = doors
    const store = createControlStore({ url, token, place: 'the edge' })
    const signed = JSON.parse(Buffer.from((await store.get(POINTER_KEY)) ?? new ArrayBuffer(0)).toString())
    const payload = JSON.parse(Buffer.from(signed.payload, 'base64url').toString())
    const forged = { ...payload, serial: payload.serial + 1, kill: ['rules'] }
    const value = { ...signed, payload: Buffer.from(JSON.stringify(forged)).toString('base64url') }
    await store.put([{ key: POINTER_KEY, value: new Uint8Array(Buffer.from(JSON.stringify(value))) }])
    const { status, out } = await sallyport(folder, ['status'])
    expect([status, out]).toEqual([1, expect.stringContaining('NOT ACCEPTED')])
    expect(await ask('/water')).toBe(418)
  })

  test('status shows the history with messages, and what the edge runs', async () => {
    expect((await publish('--replace', '--message', 'after the forgery')).status).toBe(0)
    const { status, out } = await sallyport(folder, ['status'])
    expect(status).toBe(0)
    expect(out).toMatch(/runs serial \d+, version [0-9a-f]{16} from kv/)
    expect(out).toContain('no tea')
    expect(out).toContain('after the forgery')
  })

  test('no secret was printed or logged', async () => {
    const keys = JSON.parse(await readFile(join(folder, '.sallyport/local-policy.jwks.json'), 'utf8')).keys
    const log = await readFile(join(folder, '.sallyport/decisions.ndjson'), 'utf8')
    const { out } = await sallyport(folder, ['status', '--json'])
    for (const secret of [keys[0].d, doors.token]) expect(log + out + started.out()).not.toContain(secret)
  })
})

/** Keys, a first publication, a rule, a rollback and the status, all with the same two flags. */
async function publishThrough(folder: string, where: string, env: Readonly<Record<string, string>>) {
  const call = (...words: readonly string[]): Promise<Ended> => sallyport(folder, words, env)
  expect((await call('keys', 'policy')).status).toBe(0)
  const first = await call('publish', where, '--message', 'first')
  expect(first.status, first.err).toBe(0)
  await writeFile(join(folder, 'rules/custom.yaml'), RULES)
  const second = await call('publish', where)
  expect([second.status, second.out]).toEqual([0, expect.stringContaining('+ rule no-tea')])
  const { out } = await call('status', where, '--json')
  expect(JSON.parse(out)).toMatchObject({ pointer: { serial: 2 }, history: [{ serial: 2 }, { serial: 1 }] })
  return { call, first: first.out }
}

describe('publishing through wrangler', () => {
  test('takes a deployment through its life, with the commands shown', LONG, async () => {
    const folder = await makeFolder()
    const wrangler = await createFakeWrangler()
    const { call, first } = await publishThrough(folder, '--remote', wrangler.environment)
    expect(first.match(/^wrangler kv .*--remote$/gm)).toHaveLength(2)
    expect((await call('publish', '--remote', '--rollback', '1')).status).toBe(0)
    await wrangler.fail('kv')
    const failed = await call('publish', '--remote', '--kill', 'rules')
    expect([failed.status, failed.err]).toEqual([1, expect.stringContaining('Authentication error')])
    await wrangler.remove()
    await rm(folder, { recursive: true })
  })

  test('works with the real one on the storage of wrangler dev', LONG, async () => {
    const folder = await makeFolder()
    const namespace = '[[kv_namespaces]]\nbinding = "RULES"\nid = "00000000000000000000000000000000"\n'
    const toml = `name = "test"\ncompatibility_date = "2026-10-20"\n${namespace}`
    await writeFile(join(folder, 'wrangler.toml'), toml)
    const PATH = `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`
    await publishThrough(folder, '--wrangler-local', { PATH })
    await rm(folder, { recursive: true })
  })
})
