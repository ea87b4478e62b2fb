import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLocalKeys } from '../../src/cli/local/keys.ts'
import { signLikeTheEdge } from '../../src/cli/tour/sign-like-the-edge.ts'
import { send } from '../../src/cli/tour/wire.ts'
import { run } from '../e2e/run-node.ts'
import { installPackage, ROOT } from './pack.ts'

let folder = ''
let consumer = ''
const keys = createLocalKeys()
const inPackage = (...parts: string[]): string => join(consumer, 'node_modules/sallyport', ...parts)

/** This Node, and the one of the machine when it is another: the package has to work from 20 on. */
const NODES = [
  ...new Map(
    [
      process.execPath,
      ...(process.env.PATH ?? '')
        .split(delimiter)
        .filter((place) => !place.includes('node_modules'))
        .map((place) => join(place, 'node')),
    ]
      .filter((path) => existsSync(path))
      .map((path) => [realpathSync(path), path]),
  ).values(),
].map((path) => ({ path, version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim() }))

const SERVERS = {
  node: `import { createServer } from 'node:http'
    import { guard } from 'sallyport/origin'
    const server = createServer(guard((request, response) => response.end(request.sallyport.client.ip), { keys }))
    server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port))`,
  express: `import express from 'express'
    import { sallyport } from 'sallyport/origin/express'
    const app = express().use(sallyport({ keys })).get('/a', (request, response) => response.send(request.ip))
    const server = app.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port))`,
  fastify: `import { fastify } from 'fastify'
    import { sallyport } from 'sallyport/origin/fastify'
    const app = fastify()
    await app.register(sallyport, { keys })
    app.get('/a', async (request) => request.ip)
    await app.listen({ port: 0, host: '127.0.0.1' })
    console.log('port ' + app.server.address().port)`,
  hono: `import { serve } from '@hono/node-server'
    import { Hono } from 'hono'
    import { sallyport } from 'sallyport/origin/hono'
    const app = new Hono().use(sallyport({ keys })).get('/a', (c) => c.text(c.var.sallyport.client.ip))
    serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => console.log('port ' + port))`,
  koa: `import Koa from 'koa'
    import { sallyport } from 'sallyport/origin/koa'
    const app = new Koa().use(sallyport({ keys })).use((context) => { context.body = context.ip })
    const server = app.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port))`,
  fetch: `import { serve } from '@hono/node-server'
    import { guardFetch } from 'sallyport/origin/fetch'
    const handler = guardFetch((request, sallyport) => new Response(sallyport.client.ip), { keys })
    serve({ fetch: (request) => handler(request), port: 0, hostname: '127.0.0.1' }, ({ port }) => console.log('port ' + port))`,
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-package-'))
  consumer = await installPackage(folder)
  writeFileSync(join(consumer, 'edge.jwks.json'), keys.edge)
  for (const [name, text] of Object.entries(SERVERS)) {
    writeFileSync(join(consumer, `${name}.mjs`), `const keys = process.env.KEYS\n${text}`)
  }
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

function filesBelow(place: string): string[] {
  return readdirSync(place, { recursive: true, encoding: 'utf8' })
    .map((name) => join(place, name))
    .filter((path) => statSync(path).isFile())
}

describe('the package', () => {
  test('depends on nothing', () => {
    const manifest = JSON.parse(readFileSync(inPackage('package.json'), 'utf8'))
    expect(manifest).not.toHaveProperty('dependencies')
    expect(manifest).not.toHaveProperty('peerDependencies')
    expect(manifest.scripts).toMatchObject({ build: 'node src/cli/package.ts', prepack: 'npm run build' })
    for (const hook of ['preinstall', 'install', 'postinstall', 'prepare']) {
      expect(manifest.scripts).not.toHaveProperty(hook)
    }
  })

  test('has code and types for every subpath', () => {
    const { exports } = JSON.parse(readFileSync(inPackage('package.json'), 'utf8')) as {
      exports: Record<string, string | { types: string; default: string }>
    }
    const files = Object.values(exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry),
    )
    expect(files.length).toBeGreaterThan(10)
    expect(files.filter((file) => !existsSync(inPackage(file)))).toEqual([])
  })

  test('imports from its own files and Node only, whatever its origin modules need', () => {
    const origin = filesBelow(inPackage('dist/package')).filter((path) =>
      /\/(origin|signature)\/.*\.js$/.test(path),
    )
    expect(origin.length).toBeGreaterThan(10)
    // On one line or on several, for side effects, and at run time.
    const form = /(?:\bfrom |^import |\bimport\()['"]([^'"]+)['"](?:;$|\))/gm
    const imported = origin.flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(form)].map(([, from]) => from),
    )
    expect(imported.length).toBeGreaterThan(50)
    expect(imported.filter((from) => !/^(\.\.?\/.*\.js|node:[a-z_/]+)$/.test(from ?? ''))).toEqual([])
  })

  test('has the licence of every library in the command', () => {
    const code = readFileSync(inPackage('dist/package/cli/main.js'), 'utf8')
    const licenses = readFileSync(inPackage('dist/package/cli/main.js.LICENSES.txt'), 'utf8')
    const names = [...code.matchAll(/^\/\/ .*node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(([, name]) => name)
    expect(names).toEqual(
      expect.arrayContaining([
        'zod',
        '@redis/client',
        '@grpc/grpc-js',
        'protobufjs',
        'isbot',
        'crawler-user-agents',
      ]),
    )
    expect(names.filter((name) => !licenses.includes(`${name} `))).toEqual([])
    expect(licenses).toContain('Permission is hereby granted, free of charge')
  })

  test('holds no path of a machine, no key and nothing that is not for it', () => {
    const paths = filesBelow(inPackage())
    const places = [ROOT.replace(/\/$/, ''), folder, `${homedir()}/`]
    const telling = paths.filter((path) => {
      // The bundler names each library by its path from the checkout; in this copy it lies behind a link.
      const text = readFileSync(path, 'latin1').replace(/(?:\.\.\/)+[^"\s]*?node_modules\//g, '')
      return places.some((place) => text.includes(place))
    })
    expect(telling).toEqual([])
    const names = paths.map((path) => path.slice(inPackage().length + 1))
    const expected = /^(dist\/package|docs|rules)\/|^(LICENSE|README\.md|package\.json)$/
    expect(names.filter((name) => !expected.test(name))).toEqual([])
    expect(names).toContain('LICENSE')
    expect(names.filter((name) => /jwks|\.env|\.map$/.test(name))).toEqual([])
  })
})

describe.each(NODES)('on Node $version', ({ path: node }) => {
  const sallyport = (...args: string[]): ReturnType<typeof run> =>
    run([inPackage('dist/package/cli/main.js'), ...args], { cwd: consumer, node, env: { NODE_PATH: '' } })

  test.each(Object.keys(SERVERS))(
    'a server with %s lets in what the edge signed, and nothing else',
    async (name) => {
      const server = run([join(consumer, `${name}.mjs`)], { cwd: consumer, node, env: { KEYS: keys.origin } })
      try {
        const [, port = ''] = await server.printed(/port (\d+)/)
        const base = `http://127.0.0.1:${port}`
        expect((await send(base, { target: '/a' })).status).toBe(401)
        const signed = await signLikeTheEdge(join(consumer, 'edge.jwks.json'), `127.0.0.1:${port}`, '/a')
        const first = await send(base, signed)
        expect([first.status, first.body]).toEqual([200, '203.0.113.5'])
        expect((await send(base, signed)).status).toBe(403)
      } finally {
        server.child.kill('SIGKILL')
        await server.ended
      }
    },
  )

  test('the command says what it can do', async () => {
    const help = sallyport('--help')
    expect(await help.ended, help.err()).toBe(0)
    for (const verb of ['keys', 'replay', 'build'])
      expect(help.out()).toMatch(new RegExp(`^  ${verb}\\b`, 'm'))
  })

  test('the command makes keys that both doors take', async () => {
    const out = `keys-${node.length}`
    const made = sallyport('keys', 'new', '--out', out)
    expect(await made.ended, made.err()).toBe(0)
    const [edge, origin] = ['edge', 'origin'].map((door) =>
      JSON.parse(readFileSync(join(consumer, out, `${door}.jwks.json`), 'utf8')),
    )
    expect(edge.keys[0].kid).toBe(origin.keys[0].kid)
    expect(made.out()).not.toContain(edge.keys[0].k)
  })

  test('the command replays a log against the policy in the package', async () => {
    const log = join(consumer, 'access.log')
    const line = (ip: string, target: string): string =>
      `${ip} - - [10/Oct/2026:13:55:36 +0000] "GET ${target} HTTP/1.1" 200 17 "-" "curl/8.5.0"\n`
    writeFileSync(log, line('203.0.113.1', '/') + line('192.0.2.77', '/') + line('203.0.113.1', '/a%00'))
    const replay = sallyport(
      'replay',
      log,
      '--policy',
      inPackage('rules'),
      '--host',
      'app.sallyport.example',
      '--json',
    )
    expect(await replay.ended, replay.err()).toBe(0)
    expect(replay.out()).toContain('access.blocklist')
    expect(replay.out()).toContain('hygiene.nul')
  })

  test('the command compiles the policy in the package', async () => {
    const build = sallyport('build', '--policy', inPackage('rules'), '--out', 'baseline.bin')
    expect(await build.ended, build.err()).toBe(0)
    expect(statSync(join(consumer, 'baseline.bin')).size).toBeGreaterThan(1000)
  })
})
