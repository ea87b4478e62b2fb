import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readSavedWatch, type SavedWatch } from '../../../src/ingress/dos/saved-watch.ts'

const saved: SavedWatch = {
  format: 1,
  at: 1_800_000_000_000,
  age: 60_000,
  total: 12.5,
  levels: { address: [['192.0.2.1', 3]], network: [], asn: [['64500', 4]], tls: [], agent: [] },
  routes: [['a.example', 'site', 10, 2]],
}

test('what was saved is read back', () => {
  expect(readSavedWatch(JSON.stringify(saved))).toEqual(saved)
})

test.each([
  ['no JSON', '{'],
  ['another format', JSON.stringify({ ...saved, format: 2 })],
  ['a level that is missing', JSON.stringify({ ...saved, levels: { address: [] } })],
  ['a rate that is none', JSON.stringify({ ...saved, levels: { ...saved.levels, asn: [['1', -1]] } })],
  ['a row that is too long', JSON.stringify({ ...saved, routes: [['a', 'b', 1, 2, 3]] })],
  ['a total that is none', JSON.stringify({ ...saved, total: null })],
  ['far too much', `${' '.repeat(70_000)}${JSON.stringify(saved)}`],
])('%s is as good as nothing', (_, text) => {
  expect(readSavedWatch(text)).toBeUndefined()
})

test('no text at all makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(readSavedWatch(text)).toBeUndefined()
    }),
  )
})
