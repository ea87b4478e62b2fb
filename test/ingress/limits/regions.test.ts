import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { findRegion } from '../../../src/ingress/limits/regions.ts'

describe('table of regions', () => {
  it('names each data centre once', async () => {
    const source = await readFile(new URL('../../../src/ingress/limits/regions.ts', import.meta.url), 'utf8')
    const codes: readonly string[] = source.match(/\b[A-Z]{3}\b(?=[\s`])/g) ?? []
    expect(codes.length).toBeGreaterThan(400)
    const twice = codes.filter((code, index) => codes.indexOf(code) !== index)
    expect(twice).toEqual([])
  })
})

describe('findRegion', () => {
  it.each([
    ['SJC', 'wnam'],
    ['IAD', 'enam'],
    ['GRU', 'sam'],
    ['LHR', 'weur'],
    ['WAW', 'eeur'],
    ['SIN', 'apac'],
    ['NRT', 'apac'],
    ['AKL', 'oc'],
    ['JNB', 'afr'],
    ['DXB', 'me'],
    ['constructor', 'other'],
    ['', 'other'],
  ] as const)('of %s is %s', (colo, region) => {
    expect(findRegion(colo)).toBe(region)
  })
})
