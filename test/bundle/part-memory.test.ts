import { expect, test } from 'vitest'
import { type PartMap, readParts } from '../../src/bundle/bundle.ts'
import { encodeContainer } from '../../src/bundle/container.ts'
import type { Manifest } from '../../src/bundle/delivery.ts'
import { bundleParts } from '../../src/bundle/encode-bundle.ts'
import { fetchVersion } from '../../src/bundle/fetch-version.ts'
import { parseJson } from '../../src/bundle/json-bytes.ts'
import type { PolicyModel } from '../../src/bundle/model.ts'
import { packPolicy } from '../../src/bundle/pack-policy.ts'
import { createPartIndex } from '../../src/bundle/part-index.ts'
import { fullModel, oneNetwork } from './policy-model.ts'

const LISTS = 20

/** Version `n` of a policy with many small lists, of which the n-th has changed. */
function manyLists(n: number): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  const names = Array.from({ length: LISTS }, (_, i) => `list${i}`)
  const model: PolicyModel = {
    ...fullModel,
    version: n.toString(16).padStart(16, '0'),
    access: [],
    rules: [],
    lists: names.map((name) => ({ name, kind: 'ip', part: `list/${name}`, count: 1 })),
  }
  const sets = names.map((name, i) => [`list/${name}`, oneNetwork(i < n ? 2 : 1, 500 + i)] as const)
  return bundleParts(model, new Map(sets))
}

test('parts that stay through many publications do not keep the containers in memory that they came in', async () => {
  const index = createPartIndex(new Map())
  let held: PartMap = new Map()
  let bytes = 0
  for (let n = 0; n <= LISTS; n++) {
    const packed = await packPolicy(manyLists(n), undefined)
    if (!packed.ok) throw new Error(packed.error.message)
    const { reference, manifest, blobs } = packed.packed
    const store = new Map([
      [`manifest/${reference.manifest}`, manifest],
      ...blobs.map((each) => [`blob/${each.blob.sha256}`, each.bytes] as const),
    ])
    const read = async (key: string): Promise<ArrayBuffer | null> => store.get(key)?.slice().buffer ?? null
    const fetched = await fetchVersion(reference, read, index)
    index.keep(fetched.parts)
    held = fetched.parts
    bytes = (parseJson(manifest) as Manifest).blobs.reduce((sum, blob) => sum + blob.bytes, 0)
  }
  const buffers = new Set([...held.values()].map(({ buffer }) => buffer))
  const kept = [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0)
  expect(kept).toBeLessThanOrEqual(bytes)
  expect(held.size).toBeGreaterThan(LISTS)
})

test('a container that is opened in place is not copied', () => {
  const parts = [{ name: 'a', bytes: new Uint8Array(8) }]
  const container = encodeContainer(parts).buffer
  expect(readParts(container).get('a')?.buffer).toBe(container)
})

test('of no value more is asked for than belongs there', async () => {
  const packed = await packPolicy(manyLists(1), undefined)
  if (!packed.ok) throw new Error(packed.error.message)
  const { reference, manifest, blobs } = packed.packed
  const asked = new Map<string, number>()
  const read = async (key: string, maxBytes: number): Promise<ArrayBuffer | null> => {
    asked.set(key, maxBytes)
    return (key.startsWith('manifest/') ? manifest : blobs[0]?.bytes)?.slice().buffer ?? null
  }
  await fetchVersion(reference, read, createPartIndex(new Map()))
  expect(asked.get(`manifest/${reference.manifest}`)).toBe(1024 * 1024)
  expect(asked.get(`blob/${blobs[0]?.blob.sha256}`)).toBe(blobs[0]?.bytes.length)
  expect(asked.size).toBe(2)
})
