import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { announce, findRunning, type Running, STATE_FOLDER, withdraw } from '../../src/cli/running.ts'

const RUNNING: Running = {
  edge: 'http://127.0.0.1:1',
  origin: 'http://127.0.0.1:2',
  log: 'l',
  keys: 'k',
  control: 'http://127.0.0.1:3',
  token: 't',
  operatorToken: 'o',
  policyKeys: 'p',
  baseline: 'b',
}
const before = process.cwd()
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-running-'))
  // The state belongs to the folder that the command runs in.
  process.chdir(folder)
})
afterEach(async () => {
  process.chdir(before)
  await rm(folder, { recursive: true })
})

const file = (): string => join(folder, STATE_FOLDER, 'running.json')

describe('a running start', () => {
  test('is found while it is announced, from its own folder', async () => {
    expect(await findRunning()).toBeUndefined()
    await announce(RUNNING)
    expect(await findRunning()).toEqual(RUNNING)
    await withdraw()
    expect(await findRunning()).toBeUndefined()
  })

  test('is announced to its owner only', async () => {
    await announce(RUNNING)
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, STATE_FOLDER)).mode & 0o777).toBe(0o700)
  })

  test('is announced to its owner only where everybody could read what was there before', async () => {
    mkdirSync(join(folder, STATE_FOLDER), { mode: 0o755 })
    writeFileSync(file(), '{}', { mode: 0o644 })
    await announce(RUNNING)
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, STATE_FOLDER)).mode & 0o777).toBe(0o700)
  })

  test('is announced in a file of its own, not where a link leads', async () => {
    mkdirSync(join(folder, STATE_FOLDER))
    writeFileSync(join(folder, 'elsewhere'), 'mine')
    symlinkSync(join(folder, 'elsewhere'), file())
    await announce(RUNNING)
    expect(readFileSync(join(folder, 'elsewhere'), 'utf8')).toBe('mine')
    expect(await findRunning()).toEqual(RUNNING)
  })

  test('can be withdrawn twice', async () => {
    await withdraw()
    await expect(withdraw()).resolves.toBeUndefined()
  })

  test.each([
    '{"edge": ',
    'null',
    '{}',
    JSON.stringify({ ...RUNNING, token: 7 }),
    JSON.stringify({ ...RUNNING, control: 'http://elsewhere.example:3' }),
    JSON.stringify({ ...RUNNING, control: 'http://127.0.0.1:3@elsewhere.example' }),
  ])('is not found in %s', async (text) => {
    mkdirSync(join(folder, STATE_FOLDER))
    writeFileSync(file(), text)
    expect(await findRunning()).toBeUndefined()
  })
})
