import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  blobKey,
  historyKey,
  manifestKey,
  POINTER_KEY,
  type StoreWrite,
} from '../../../src/bundle/delivery.ts'
import { KEYS_VARIABLE } from '../../../src/cli/publish/policy-keys.ts'
import {
  createWranglerRunner,
  findWrangler,
  type RunWrangler,
} from '../../../src/cli/publish/run-wrangler.ts'
import { createWranglerStore } from '../../../src/cli/publish/wrangler-store.ts'
import { createFakeWrangler, type FakeWrangler } from './fake-wrangler.ts'

const value = new Uint8Array([1, 2, 3])
const PUBLICATION: readonly StoreWrite[] = [
  { key: blobKey('a'.repeat(64)), value },
  { key: manifestKey('b'.repeat(64)), value },
  { key: historyKey(1), value, metadata: { who: 'me' } },
  { key: POINTER_KEY, value },
]

describe('publishing through wrangler', () => {
  let wrangler: FakeWrangler
  let printed: string[] = []

  beforeEach(async () => {
    wrangler = await createFakeWrangler()
    printed = []
  })
  afterEach(() => wrangler.remove())

  const open = (where: 'remote' | 'local' = 'remote', binding?: string) =>
    createWranglerStore({
      run: wrangler.run,
      where,
      print: (line) => printed.push(line),
      ...(binding === undefined ? {} : { binding }),
    })

  test('puts everything else first, the pointer last and alone, and prints both commands', async () => {
    await open().put(PUBLICATION)
    const verbs = wrangler.calls().map((words) => words.slice(0, 3).join(' '))
    expect(verbs).toEqual(['kv bulk put', 'kv key put'])
    expect(wrangler.calls()[1]).toContain(POINTER_KEY)
    expect(printed).toEqual(wrangler.calls().map((words) => `wrangler ${words.join(' ')}`))
  })

  test.each(['remote', 'local'] as const)('says --%s and the binding each time', async (where) => {
    const store = open(where, 'OTHER')
    await store.put(PUBLICATION)
    await store.get(POINTER_KEY)
    await store.list('history/')
    expect(wrangler.calls()).toHaveLength(4)
    for (const words of wrangler.calls())
      expect(words.slice(-3)).toEqual(['--binding', 'OTHER', `--${where}`])
  })

  test('leaves no file behind', async () => {
    await open().put(PUBLICATION)
    for (const words of wrangler.calls())
      for (const word of words.filter((one) => one.startsWith(tmpdir())))
        expect(() => readFileSync(word)).toThrow('ENOENT')
  })

  test('has written no pointer when the contents fail, and shows what wrangler said, without colours', async () => {
    await wrangler.fail('kv bulk put')
    const failed = open().put(PUBLICATION)
    await expect(failed).rejects.toThrow('X [ERROR] Authentication error [code: 10000]')
    expect(wrangler.calls().some((words) => words.includes(POINTER_KEY))).toBe(false)
    await wrangler.fail('')
    expect(await open().get(POINTER_KEY)).toBeNull()
  })

  test('does not take a failed read for a missing key', async () => {
    await wrangler.fail('kv key get')
    await expect(open().get(POINTER_KEY)).rejects.toThrow('Authentication error')
  })

  test('splits what is too large for one request, in order', async () => {
    const sizes: number[] = []
    const run: RunWrangler = async (args) => {
      if (args[1] === 'bulk') sizes.push(JSON.parse(readFileSync(args[3] ?? '', 'utf8')).length)
      return { status: 0, stdout: Buffer.alloc(0), stderr: '' }
    }
    const large = new Uint8Array(25 * 1024 * 1024)
    const writes = ['1', '2', '3', '4', '5'].map((digit) => ({
      key: blobKey(digit.repeat(64)),
      value: large,
    }))
    await createWranglerStore({ run, where: 'remote', print: () => {} }).put(writes)
    expect(sizes).toEqual([2, 2, 1])
  })

  test('hands words to wrangler as they are, through no shell', async () => {
    await open('remote', '$(touch x); `id`').get(POINTER_KEY)
    expect(wrangler.calls()[0]).toContain('$(touch x); `id`')
  })
})

describe('finding wrangler', () => {
  test('prefers the one of the folder, and runs it with this Node', () => {
    const [program, script] = findWrangler(process.cwd())
    expect(program).toBe(process.execPath)
    expect(script).toMatch(/wrangler\.js$/)
  })

  test('keeps the keys that sign from it, and hands on what it needs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-environment-'))
    const program = join(folder, 'wrangler')
    await writeFile(program, `#!${process.execPath}\nprocess.stdout.write(JSON.stringify(process.env))\n`, {
      mode: 0o755,
    })
    const secrets = { [KEYS_VARIABLE]: 'secret', SALLYPORT_KEYS: 'secret' }
    const run = createWranglerRunner(folder, { PATH: folder, CLOUDFLARE_API_TOKEN: 'theirs', ...secrets })
    const { stdout } = await run([])
    expect(String(stdout)).not.toContain('secret')
    expect(JSON.parse(String(stdout))).toMatchObject({ CLOUDFLARE_API_TOKEN: 'theirs', NO_COLOR: '1' })
    await rm(folder, { recursive: true })
  })

  test('without any says what to install', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-nothing-'))
    const run = createWranglerRunner(folder, { PATH: folder })
    const store = createWranglerStore({ run, where: 'remote', print: () => {} })
    await expect(store.get(POINTER_KEY)).rejects.toThrow('npm install --save-dev wrangler')
    await rm(folder, { recursive: true })
  })
})
