import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Pointer, SignedPointer } from '../../../src/bundle/delivery.ts'
import { executePublish } from '../../../src/cli/publish/execute-publish.ts'
import type { RawPublishFlags } from '../../../src/cli/publish/publish-flags.ts'
import { type OpenShell, openShell } from './open-shell.ts'

let opened: OpenShell

beforeEach(async () => {
  opened = await openShell()
})
afterEach(() => opened.close())

const publish = (raw?: Partial<RawPublishFlags>): Promise<number> =>
  executePublish(opened.flags(raw), opened.shell)

const folderOf = (what: string): string => join(opened.wrangler.folder, what)
const pathOf = (key: string): string => join(folderOf('values'), encodeURIComponent(key))

function pointer(): Pointer {
  const signed: SignedPointer = JSON.parse(readFileSync(pathOf('pointer'), 'utf8'))
  return JSON.parse(Buffer.from(signed.payload, 'base64url').toString('utf8'))
}

/** What somebody with access to the namespace does, past the command. */
async function put(key: string, value: string | Uint8Array): Promise<void> {
  await writeFile(pathOf(key), value)
  await writeFile(join(folderOf('metadata'), encodeURIComponent(key)), 'null')
}

const blobs = (): readonly string[] =>
  readdirSync(folderOf('values')).filter((name) => name.startsWith('blob'))

const changed = (id: string): string =>
  `limits:\n  - { id: ${id}, characteristics: [ip.src], period: 10s, requests_per_period: 1 }\n`

describe('whoever can write to the store, but not sign', () => {
  test('cannot make a publication use up the serials', async () => {
    await publish()
    await put(`history/${Number.MAX_SAFE_INTEGER}`, 'x')
    await put(`history/${Number.MAX_SAFE_INTEGER - 1}`, 'x')
    expect(await publish({ kill: 'rules' })).toBe(0)
    expect(pointer()).toMatchObject({ serial: 2, kill: ['rules'] })
    expect(opened.printed()).toContain(`warning: history/${Number.MAX_SAFE_INTEGER} is no serial`)
  })

  test('cannot get an old version signed anew by putting its pointer back', async () => {
    await publish()
    const old = await readFile(pathOf('pointer'))
    await opened.write('limits.yaml', changed('second'))
    await publish()
    const { active } = pointer()
    await put('pointer', old)
    opened.printed()
    expect(await publish({ kill: 'rules' })).toBe(1)
    expect(opened.printed()).toMatch(/The pointer in the store is serial 1, and the history has serial 2/)
    expect(pointer().serial).toBe(1)
    expect(await publish({ rollback: '2' })).toBe(0)
    expect(opened.printed()).toContain('warning: The pointer in the store is serial 1')
    expect(pointer()).toMatchObject({ serial: 3, active })
    expect(await publish({ kill: 'rules' })).toBe(0)
    expect(pointer()).toMatchObject({ serial: 4, active, kill: ['rules'] })
  })

  test('cannot keep a kill switch from being published by entries in the history', async () => {
    await publish()
    for (let serial = 2; serial < 9; serial++)
      await put(`history/${serial}`, await readFile(pathOf('pointer')))
    expect(await publish({ kill: 'rules' })).toBe(0)
    expect(pointer().serial).toBe(9)
  })
})

test('with --replace a change goes on from a pointer that is older than the history', async () => {
  await publish()
  const old = await readFile(pathOf('pointer'))
  await publish({ kill: 'limits' })
  await put('pointer', old)
  expect(await publish({ kill: 'rules', replace: true })).toBe(0)
  expect(pointer()).toMatchObject({ serial: 3, kill: ['rules'] })
})

describe('a version that is active and damaged', () => {
  test('is mended by publishing it again when something of it is missing', async () => {
    await publish()
    const [blob = ''] = blobs()
    await rm(join(folderOf('values'), blob))
    expect(await publish()).toBe(0)
    expect(pointer().serial).toBe(2)
    expect(existsSync(join(folderOf('values'), blob))).toBe(true)
    expect(await publish()).toBe(0)
    expect(opened.printed()).toContain('is active already')
  })

  test('is mended with --replace when something of it is not what it was', async () => {
    await publish()
    const [blob = ''] = blobs()
    const bytes = await readFile(join(folderOf('values'), blob))
    await writeFile(join(folderOf('values'), blob), 'x')
    expect(await publish({ replace: true })).toBe(0)
    expect(await readFile(join(folderOf('values'), blob))).toEqual(bytes)
  })

  test('is not rolled back to', async () => {
    await publish()
    const first = blobs()
    await opened.write('limits.yaml', changed('second'))
    await publish()
    for (const blob of first) await writeFile(join(folderOf('values'), blob), 'x')
    expect(await publish({ rollback: '1' })).toBe(1)
    expect(opened.printed()).toMatch(/cannot be read: The blob [0-9a-f]+ has other bytes/)
    expect(pointer().serial).toBe(2)
  })
})
