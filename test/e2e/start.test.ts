import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeServer, listen } from '../origin/apps.ts'
import { descendantsOf, isAlive, type Running, run } from './run-node.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MAIN = join(ROOT, 'src/cli/local/main.ts')
const ANY_PORTS = ['--port', '0', '--origin-port', '0']

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-start-'))
  await cp(join(ROOT, 'rules'), join(folder, 'rules'), { recursive: true })
})
afterAll(() => rm(folder, { recursive: true }))

const start = (...flags: string[]): Running => run([MAIN, 'start', ...flags], { cwd: folder })

describe('start', () => {
  let running: Running

  test('prints the URLs, the edge’s first, and where decisions appear', async () => {
    running = start(...ANY_PORTS)
    await running.printed(/Ctrl-C stops both doors/)
    const urls = running.out().match(/http:\/\/127\.0\.0\.1:\d+/g) ?? []
    const state = JSON.parse(readFileSync(join(folder, '.sallyport/running.json'), 'utf8'))
    expect([urls[0], urls[1]]).toEqual([state.edge, state.origin])
    expect(running.out()).toContain('.sallyport/decisions.ndjson')
    expect((await fetch(`${state.edge}/whoami`)).status).toBe(200)
    expect((await fetch(`${state.origin}/whoami`)).status).toBe(401)
  })

  test('serves the whole tour', { timeout: 90_000 }, async () => {
    const tour = run([MAIN, 'tour', '--json'], { cwd: folder })
    const status = await tour.ended
    const verdicts = tour
      .out()
      .trim()
      .split('\n')
      .map((line): { trouble: string } => JSON.parse(line))
    expect(verdicts.filter(({ trouble }) => trouble !== '')).toEqual([])
    expect(verdicts.length).toBeGreaterThan(30)
    expect(status, tour.err()).toBe(0)
  })

  test('has written decisions of both doors, and no key', () => {
    const log = readFileSync(join(folder, '.sallyport/decisions.ndjson'), 'utf8')
    const doors = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).door)
    expect(new Set(doors)).toEqual(new Set(['edge', 'origin']))
    const secret = JSON.parse(readFileSync(join(folder, '.sallyport/local-edge.jwks.json'), 'utf8')).keys[0].k
    expect(secret).toMatch(/^[\w-]{43,}$/)
    expect(log + running.out()).not.toContain(secret)
  })

  test('keeps its log when a second start finds the ports taken', async () => {
    const state = JSON.parse(readFileSync(join(folder, '.sallyport/running.json'), 'utf8'))
    const second = start('--port', new URL(state.edge).port, '--origin-port', new URL(state.origin).port)
    expect(await second.ended).toBe(1)
    expect(second.err()).toContain('A port is taken')
    expect(readFileSync(join(folder, '.sallyport/decisions.ndjson'), 'utf8')).toMatch(/^\{"door"/)
  })

  test('stops at SIGINT with nothing left behind', async () => {
    const pid = running.child.pid ?? 0
    const descendants = descendantsOf(pid)
    expect(descendants.length).toBeGreaterThan(0)
    running.child.kill('SIGINT')
    expect(await running.ended, running.err()).toBe(0)
    expect(running.out()).toContain('SIGINT: stopping both doors')
    expect(existsSync(join(folder, '.sallyport/running.json'))).toBe(false)
    expect(descendants.filter(isAlive)).toEqual([])
  })

  test('is missed by the tour when it does not run', async () => {
    const tour = run([MAIN, 'tour'], { cwd: folder })
    expect(await tour.ended).toBe(2)
    expect(tour.err()).toContain('npm start')
  })
})

describe('start that cannot', () => {
  test.each(['--port', '--origin-port'])('says that the port of %s is taken', async (flag) => {
    const taken = createServer()
    const port = String(await listen(taken))
    const flags = flag === '--port' ? [flag, port, '--origin-port', '0'] : [flag, port, '--port', '0']
    const failed = start(...flags)
    expect(await failed.ended).toBe(1)
    await closeServer(taken)
    expect(failed.err()).toContain('A port is taken')
    expect(failed.err()).toContain(port)
    expect(failed.err()).not.toMatch(/\n {4}at /)
    expect(existsSync(join(folder, '.sallyport/running.json'))).toBe(false)
  })

  test('says where the policy is wrong', async () => {
    const rules = join(folder, 'broken')
    await cp(join(ROOT, 'rules'), rules, { recursive: true })
    await writeFile(join(rules, 'limits.yaml'), 'limits:\n  - id: flood\n    period: 10x\n')
    const failed = start(...ANY_PORTS, '--policy', rules)
    expect(await failed.ended).toBe(1)
    expect(failed.err()).toMatch(/limits\.yaml:3:\d+: error: /)
    expect(failed.err()).toMatch(/nothing was started/)
  })

  test('says that the policy is not there', async () => {
    const failed = start(...ANY_PORTS, '--policy', join(folder, 'nowhere'))
    expect(await failed.ended).toBe(1)
    expect(failed.err()).toContain('--policy')
  })

  test.each(['x', '-1', '65536', '1.5'])('says that %s is no port', async (port) => {
    const failed = start(`--port=${port}`)
    expect(await failed.ended).toBe(1)
    expect(failed.err()).toContain('is not a port')
  })
})
