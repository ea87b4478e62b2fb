import { describe, expect, test } from 'vitest'
import {
  createKeyDirectory,
  type KeyImporter,
} from '../../../../src/ingress/bots/web-bot-auth/key-directory.ts'
import { CREATED, HOST, OTHER_HOST, PUBLISHED } from './signed-request.ts'

const KEY = PUBLISHED.ed25519
const NOW = CREATED * 1000
const HOURS = 3_600_000

function countImports(): { readonly importKey: KeyImporter; readonly count: () => number } {
  let imports = 0
  return {
    importKey: async (alg) => {
      imports++
      return { alg, verify: () => true }
    },
    count: () => imports,
  }
}

describe('a directory', () => {
  test('has the keys of listed hosts, by host and id', () => {
    const keys = createKeyDirectory([HOST])
    keys.replace(HOST, [KEY], CREATED)
    keys.replace(OTHER_HOST, [KEY], CREATED)
    expect(keys.keysOf(HOST, KEY.keyid, NOW)).toBeDefined()
    expect(keys.keysOf(HOST, 'other', NOW)).toBeUndefined()
    expect(keys.keysOf(HOST, undefined, NOW)).toBeUndefined()
    expect(keys.keysOf(OTHER_HOST, KEY.keyid, NOW)).toBeUndefined()
  })

  test('is replaced as a whole', () => {
    const keys = createKeyDirectory([HOST])
    keys.replace(HOST, [KEY], CREATED)
    keys.replace(HOST, [PUBLISHED['rsa-pss-sha512']], CREATED + 1)
    expect(keys.keysOf(HOST, KEY.keyid, NOW)).toBeUndefined()
  })

  test('is not replaced by an older one', () => {
    const keys = createKeyDirectory([HOST])
    keys.replace(HOST, [KEY], CREATED)
    keys.replace(HOST, [], CREATED - 1)
    expect(keys.keysOf(HOST, KEY.keyid, NOW)).toBeDefined()
  })

  test('is good for a day, and for another when none comes', () => {
    const keys = createKeyDirectory([HOST])
    keys.replace(HOST, [KEY], CREATED)
    expect(keys.keysOf(HOST, KEY.keyid, NOW + 47 * HOURS)).toBeDefined()
    expect(keys.keysOf(HOST, KEY.keyid, NOW + 49 * HOURS)).toBeUndefined()
  })

  test('keeps no more keys of a host than it may have', () => {
    const keys = createKeyDirectory([HOST])
    const many = Array.from({ length: 40 }, (_, i) => ({ ...KEY, keyid: `key-${i}` }))
    keys.replace(HOST, many, CREATED)
    expect(keys.ages(NOW)).toEqual([{ host: HOST, count: 32, age: 0 }])
  })

  test('says how old it is, and what has never come', () => {
    const keys = createKeyDirectory([HOST, OTHER_HOST])
    keys.replace(HOST, [KEY], CREATED)
    expect(keys.ages(NOW + HOURS)).toEqual([
      { host: HOST, count: 1, age: 3600 },
      { host: OTHER_HOST, count: 0 },
    ])
  })
})

describe('a key', () => {
  test('is taken within its time only', () => {
    const keys = createKeyDirectory([HOST])
    keys.replace(HOST, [{ ...KEY, nbf: CREATED, exp: CREATED + 10 }], CREATED)
    const isThere = (seconds: number): boolean => keys.keysOf(HOST, KEY.keyid, seconds * 1000) !== undefined
    expect([-1, 0, 9, 10].map((after) => isThere(CREATED + after))).toEqual([false, true, true, false])
  })

  test('is imported once, also when its directory is fetched anew', async () => {
    const { importKey, count } = countImports()
    const keys = createKeyDirectory([HOST], importKey)
    for (const fetched of [CREATED, CREATED + 1, CREATED + 2]) {
      keys.replace(HOST, [KEY], fetched)
      await keys.keysOf(HOST, KEY.keyid, NOW)?.open()
      await keys.keysOf(HOST, KEY.keyid, NOW)?.open()
    }
    expect(count()).toBe(1)
  })

  test('that the runtime refuses is not tried again', async () => {
    let imports = 0
    const keys = createKeyDirectory([HOST], () => {
      imports++
      return Promise.reject(new Error('no'))
    })
    keys.replace(HOST, [KEY], CREATED)
    await expect(keys.keysOf(HOST, KEY.keyid, NOW)?.open()).rejects.toThrow()
    keys.replace(HOST, [KEY], CREATED + 1)
    expect(keys.keysOf(HOST, KEY.keyid, NOW)).toBeUndefined()
    expect(imports).toBe(1)
  })
})
