import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLocalKeys } from '../../src/cli/local/keys.ts'
import { signLikeTheEdge } from '../../src/cli/tour/sign-like-the-edge.ts'
import { type Reply, send } from '../../src/cli/tour/wire.ts'
import { type Running, run } from '../e2e/run-node.ts'
import { portOf } from '../origin/apps.ts'
import { readBlocks, readPage } from './page.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const examples = readBlocks(readPage('origin.md'), ['js', 'ts'])
const keys = createLocalKeys()

/** The published subpaths, as they are in this checkout. */
const SUBPATHS = {
  'sallyport/origin': 'src/origin/node.ts',
  'sallyport/origin/express': 'src/origin/express.ts',
  'sallyport/origin/fastify': 'src/origin/fastify.ts',
  'sallyport/origin/hono': 'src/origin/hono.ts',
  'sallyport/origin/koa': 'src/origin/koa.ts',
  'sallyport/origin/fetch': 'src/origin/fetch.ts',
  'sallyport/origin/key-file': 'src/origin/key-file.ts',
  'sallyport/origin/replay-redis': 'src/origin/replay-redis.ts',
  'sallyport/origin/verifier': 'src/origin/verifier.ts',
} as const

let folder = ''
const nameOf = (index: number): string => `example-${index}.mts`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-docs-'))
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Every `sallyport/…` in quotes becomes the module of this checkout. */
function withSources(code: string): string {
  return code.replace(/'(sallyport\/[a-z/-]+)'/g, (_all, name: string) => {
    const path = new Map<string, string>(Object.entries(SUBPATHS)).get(name)
    if (path === undefined) throw new Error(`the package has no ${name}`)
    return `'${new URL(`../../${path}`, import.meta.url)}'`
  })
}

async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const port = portOf(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Asks until somebody listens, or the example has ended. */
async function askWhenUp(url: string, example: Running): Promise<Reply> {
  let ended = false
  void example.ended.then(() => {
    ended = true
  })
  while (!ended) {
    try {
      return await send(url, { target: '/' })
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  throw new Error(`the example ended: ${example.err()}`)
}

describe('the examples of docs/origin.md', () => {
  test('are found', () => {
    expect(examples.length).toBeGreaterThan(5)
    const all = examples.join('\n')
    for (const name of Object.keys(SUBPATHS)) expect(all).toContain(`'${name}'`)
  })

  test('have no type error under the strictest settings', async () => {
    for (const [index, code] of examples.entries()) await writeFile(join(folder, nameOf(index)), code)
    const config = {
      extends: join(ROOT, 'src/origin/tsconfig.json'),
      compilerOptions: {
        types: ['node'],
        isolatedDeclarations: false,
        declaration: false,
        paths: Object.fromEntries(Object.entries(SUBPATHS).map(([name, path]) => [name, [join(ROOT, path)]])),
      },
      include: ['*.mts'],
    }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const tsc = run([join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder])
    const status = await tsc.ended
    expect([status, tsc.out() + tsc.err()]).toEqual([0, ''])
  })

  const servers = examples.flatMap((code, index) =>
    code.includes('process.env.PORT') ? [{ code, index }] : [],
  )
  test.each(servers)(
    'number $index serves what is signed, health probes, and nothing else',
    async ({ code, index }) => {
      const file = join(folder, `run-${nameOf(index)}`)
      await writeFile(file, withSources(code))
      const keyFile = join(folder, 'edge.jwks.json')
      await writeFile(keyFile, keys.edge)
      const port = await findFreePort()
      const url = `http://127.0.0.1:${port}`
      const example = run([file], { env: { PORT: String(port), SALLYPORT_ORIGIN_KEYS: keys.origin } })
      try {
        expect((await askWhenUp(url, example)).status).toBe(401)
        const signed = await signLikeTheEdge(keyFile, `127.0.0.1:${port}`, '/')
        const reply = await send(url, signed)
        expect([reply.status, reply.body]).toEqual([
          200,
          expect.stringMatching(/^(Hello 203\.0\.113\.5|ok)\n$/),
        ])
        expect((await send(url, signed)).status).toBe(403)
        expect((await send(url, { target: '/healthz' })).status).toBe(200)
      } finally {
        example.child.kill()
        await example.ended
      }
    },
  )
})
