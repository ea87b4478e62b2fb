/** What every store of live policy must do, whatever is behind it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blobKey, historyKey, manifestKey, POINTER_KEY, type StoreWrite } from '../../src/bundle/delivery.ts'
import type { Store } from '../../src/cli/publish/store.ts'

export interface OpenStore {
  readonly store: Store
  close(): Promise<void>
}

const hash = (digit: string): string => digit.repeat(64)
const bytes = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text))

async function read(store: Store, key: string): Promise<string | null> {
  const value = await store.get(key)
  return value === null ? null : Buffer.from(value).toString('latin1')
}

export function describePolicyStore(name: string, open: () => Promise<OpenStore>): void {
  describe(name, () => {
    let opened: OpenStore

    beforeAll(async () => {
      opened = await open()
    })
    afterAll(() => opened.close())

    test('says where it is', () => {
      expect(opened.store.place).not.toBe('')
    })

    test('has nothing at first', async () => {
      expect(await opened.store.get(POINTER_KEY)).toBeNull()
      expect(await opened.store.get(blobKey(hash('0')))).toBeNull()
      expect(await opened.store.list(historyKey(0).slice(0, -1))).toEqual([])
    })

    test('gives back every byte value, nothing at all, and text as it was put', async () => {
      const all = Uint8Array.from({ length: 1024 }, (_, i) => i % 256)
      const writes: StoreWrite[] = [
        { key: blobKey(hash('a')), value: all },
        { key: blobKey(hash('b')), value: bytes('') },
        { key: manifestKey(hash('c')), value: bytes('{"é":"\n"}') },
      ]
      await opened.store.put(writes)
      for (const { key, value } of writes)
        expect(await read(opened.store, key), key).toBe(Buffer.from(value).toString('latin1'))
    })

    test('puts a view of a larger buffer, not the buffer', async () => {
      const whole = bytes('before-inside-after')
      await opened.store.put([{ key: blobKey(hash('d')), value: whole.subarray(7, 13) }])
      expect(await read(opened.store, blobKey(hash('d')))).toBe('inside')
    })

    test('replaces the pointer', async () => {
      await opened.store.put([{ key: POINTER_KEY, value: bytes('one') }])
      await opened.store.put([{ key: POINTER_KEY, value: bytes('two') }])
      expect(await read(opened.store, POINTER_KEY)).toBe('two')
    })

    test('lists keys of a prefix with their metadata', async () => {
      await opened.store.put([
        { key: historyKey(1), value: bytes('1'), metadata: { who: 'é "x"', serial: 1 } },
        { key: historyKey(12), value: bytes('12') },
      ])
      const found = await opened.store.list(historyKey(0).slice(0, -1))
      expect([...found].sort((a, b) => (a.key < b.key ? -1 : 1))).toEqual([
        { key: historyKey(1), metadata: { who: 'é "x"', serial: 1 } },
        { key: historyKey(12) },
      ])
      expect((await opened.store.list(blobKey(''))).map(({ key }) => key).sort()).toEqual(
        [hash('a'), hash('b'), hash('d')].map(blobKey),
      )
    })
  })
}
