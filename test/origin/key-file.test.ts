import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { type KeyFileOptions, watchKeyFile } from '../../src/origin/key-file.ts'
import type { WatchedKeys } from '../../src/origin/key-source.ts'
import { formatKeySet, type Key } from '../../src/signature/keys.ts'
import { ED25519_KEY, HMAC_KEY } from '../signature/keys-fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-keys-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
const newPath = (): string => join(folder, `${files++}.jwks.json`)
const textOf = (...keys: Key[]): string => formatKeySet({ keys })
const idsOf = (keys: WatchedKeys): string[] => keys.keys.keys.map((key) => key.kid)

/** A file that is replaced as operators should: written beside, then renamed. */
function put(path: string, text: string): void {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}

async function watch(path: string, options: KeyFileOptions = {}): Promise<WatchedKeys> {
  const keys = await watchKeyFile(path, { everyMs: 60_000, ...options })
  onTestFinished(() => keys.close())
  return keys
}

describe('watchKeyFile', () => {
  test('takes a new set and says its ids, once', async () => {
    const path = newPath()
    put(path, textOf(HMAC_KEY))
    const told: string[][] = []
    const keys = await watch(path, { onChange: (ids) => told.push([...ids]) })
    const { version } = keys
    put(path, textOf(ED25519_KEY, HMAC_KEY))
    await keys.reload()
    await keys.reload()
    expect(idsOf(keys)).toEqual([ED25519_KEY.kid, HMAC_KEY.kid])
    expect(keys.version).not.toBe(version)
    expect(told).toEqual([[ED25519_KEY.kid, HMAC_KEY.kid]])
  })

  test('looks by itself', async () => {
    const path = newPath()
    put(path, textOf(HMAC_KEY))
    await new Promise<void>((resolve, reject) => {
      void watch(path, { everyMs: 50, onChange: () => resolve(), onError: reject }).then(() =>
        put(path, textOf(ED25519_KEY)),
      )
    })
  })

  test.each([
    ['is missing', (path: string) => rmSync(path)],
    ['is empty', (path: string) => writeFileSync(path, '')],
    ['is cut off', (path: string) => writeFileSync(path, textOf(ED25519_KEY).slice(0, 40))],
    ['is far too long', (path: string) => writeFileSync(path, ' '.repeat(70_000))],
    [
      'is a folder',
      (path: string) => {
        rmSync(path)
        mkdirSync(path)
      },
    ],
    [
      'is a pipe nobody writes to',
      (path: string) => {
        rmSync(path)
        execFileSync('mkfifo', [path])
      },
    ],
    [
      'holds a key that is none',
      (path: string) => writeFileSync(path, '{"keys":[{"kty":"oct","kid":"x","k":"AA"}]}'),
    ],
  ])('keeps the last good set while the file %s, and says so once', async (_what, damage) => {
    const path = newPath()
    put(path, textOf(HMAC_KEY))
    const errors: string[] = []
    const keys = await watch(path, { onError: ({ message }) => errors.push(message) })
    damage(path)
    await keys.reload()
    await keys.reload()
    expect(idsOf(keys)).toEqual([HMAC_KEY.kid])
    expect(errors).toHaveLength(1)
    expect(errors[0]).toContain(path)
    rmSync(path, { recursive: true, force: true })
    put(path, textOf(ED25519_KEY))
    await keys.reload()
    expect(idsOf(keys)).toEqual([ED25519_KEY.kid])
    rmSync(path)
    await keys.reload()
    expect(errors).toHaveLength(2)
  })

  test('follows a link that is turned to another folder, as Kubernetes does', async () => {
    const place = join(folder, 'mount')
    mkdirSync(join(place, 'one'), { recursive: true })
    mkdirSync(join(place, 'two'))
    writeFileSync(join(place, 'one/keys'), textOf(HMAC_KEY))
    writeFileSync(join(place, 'two/keys'), textOf(ED25519_KEY))
    symlinkSync('one', join(place, 'data'))
    const keys = await watch(join(place, 'data/keys'))
    symlinkSync('two', join(place, 'data.new'))
    renameSync(join(place, 'data.new'), join(place, 'data'))
    await keys.reload()
    expect(idsOf(keys)).toEqual([ED25519_KEY.kid])
  })

  test('sees a change of one character that keeps length and time', async () => {
    const path = newPath()
    put(path, textOf(HMAC_KEY))
    const keys = await watch(path)
    writeFileSync(path, textOf({ ...HMAC_KEY, kid: HMAC_KEY.kid.replace('k', 'j') }))
    await keys.reload()
    expect(idsOf(keys)).toEqual([HMAC_KEY.kid.replace('k', 'j')])
  })

  test('reads no more after it is closed', async () => {
    const path = newPath()
    put(path, textOf(HMAC_KEY))
    const keys = await watch(path)
    keys.close()
    put(path, textOf(ED25519_KEY))
    await keys.reload()
    expect(idsOf(keys)).toEqual([HMAC_KEY.kid])
  })

  test('a listener that throws stops nothing', async () => {
    const path = newPath()
    put(path, textOf(HMAC_KEY))
    const fail = (): never => {
      throw new Error('log')
    }
    const keys = await watch(path, { onChange: fail, onError: fail })
    rmSync(path)
    await keys.reload()
    put(path, textOf(ED25519_KEY))
    await keys.reload()
    expect(idsOf(keys)).toEqual([ED25519_KEY.kid])
  })

  test('needs a good file to begin with, and never shows what it holds', async () => {
    const path = newPath()
    await expect(watchKeyFile(path)).rejects.toThrow(path)
    writeFileSync(path, `{"keys":[{"kty":"oct","kid":"x","k":"c2VjcmV0"}]}`)
    const error: Error = await watchKeyFile(path).then(
      () => expect.fail('it was accepted'),
      (reason) => reason,
    )
    expect(error.message).toContain('keys[0] (x)')
    expect(error.message).not.toContain('c2VjcmV0')
  })

  test.each([0, 49, 60_001, Number.NaN])('refuses to look every %s ms', async (everyMs) => {
    await expect(watchKeyFile(newPath(), { everyMs })).rejects.toThrow(RangeError)
  })
})
