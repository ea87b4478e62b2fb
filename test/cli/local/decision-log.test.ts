import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openDecisionLog } from '../../../src/cli/local/decision-log.ts'

const MIB = 1024 * 1024
let folder = ''
let path = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-log-'))
  path = join(folder, 'decisions.ndjson')
})
afterEach(() => rm(folder, { recursive: true }))

describe('the decision log', () => {
  test('holds one line each, and only its owner can read it', async () => {
    const log = openDecisionLog(path)
    log.write('{"a":1}')
    log.write('{"b":2}')
    await log.close()
    expect(readFileSync(path, 'utf8')).toBe('{"a":1}\n{"b":2}\n')
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('begins anew at each start', async () => {
    await writeFile(path, 'old\n')
    const log = openDecisionLog(path)
    log.write('new')
    await log.close()
    expect(readFileSync(path, 'utf8')).toBe('new\n')
  })

  test('has no hole when somebody else empties it', async () => {
    const log = openDecisionLog(path)
    log.write('first')
    await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toBe('first\n'))
    await writeFile(path, '')
    log.write('second')
    await log.close()
    expect(readFileSync(path, 'utf8')).toBe('second\n')
  })

  test('sets itself aside when it is large, and loses no line that it still has room for', async () => {
    const log = openDecisionLog(path)
    const line = 'x'.repeat(MIB - 1)
    for (let i = 0; i < 20; i++) log.write(line)
    await log.close()
    const [aside, current] = [readFileSync(`${path}.1`, 'utf8'), readFileSync(path, 'utf8')]
    expect(aside.length + current.length).toBe(20 * MIB)
    expect(Math.max(aside.length, current.length)).toBeLessThanOrEqual(17 * MIB)
    expect(aside.endsWith('\n') && current.endsWith('\n')).toBe(true)
  })

  test('keeps one file aside, however long it runs', async () => {
    const log = openDecisionLog(path)
    const line = 'y'.repeat(4 * MIB)
    for (let i = 0; i < 12; i++) log.write(line)
    await log.close()
    expect(existsSync(`${path}.1`)).toBe(true)
    expect(existsSync(`${path}.2`)).toBe(false)
    expect(existsSync(`${path}.1.1`)).toBe(false)
  })
})
