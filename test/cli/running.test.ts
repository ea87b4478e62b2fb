import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { announce, findRunning, type Running, STATE_FOLDER, withdraw } from '../../src/cli/running.ts'

const RUNNING: Running = { edge: 'http://127.0.0.1:1', origin: 'http://127.0.0.1:2', log: 'l', keys: 'k' }
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

  test('can be withdrawn twice', async () => {
    await withdraw()
    await expect(withdraw()).resolves.toBeUndefined()
  })

  test('is not found in a file that is broken', async () => {
    mkdirSync(join(folder, STATE_FOLDER))
    writeFileSync(file(), '{"edge": ')
    expect(await findRunning()).toBeUndefined()
  })
})
