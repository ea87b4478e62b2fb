import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HeaderEdits } from '../../src/bundle/model.ts'
import { editFields, editHeaders } from '../../src/shield/header-edits.ts'

const EDITS: HeaderEdits = {
  remove: ['server', 'x-none'],
  set: [
    ['x-set', 'new'],
    ['x-made', 'a'],
  ],
  add: [
    ['vary', 'cookie'],
    ['vary', 'origin'],
    ['x-added', 'b'],
  ],
}
const BEFORE = { server: 'nginx', 'x-set': 'old', vary: 'accept', kept: 'k' }
const AFTER = { 'x-set': 'new', 'x-made': 'a', vary: 'accept, cookie, origin', 'x-added': 'b', kept: 'k' }

test('fields are removed, set and added to', () => {
  const fields: Record<string, string> = { ...BEFORE }
  editFields(fields, EDITS)
  expect(fields).toEqual(AFTER)
  const headers = new Headers(BEFORE)
  editHeaders(headers, EDITS)
  expect(Object.fromEntries(headers)).toEqual(AFTER)
})

test('each Set-Cookie that is added stays a field of its own', () => {
  const headers = new Headers({ 'set-cookie': 'a=1' })
  editHeaders(headers, { set: [], add: [['set-cookie', 'b=2']], remove: [] })
  expect(headers.getSetCookie()).toEqual(['a=1', 'b=2'])
})

test('a field may be called like something every object inherits', () => {
  const fields: Record<string, string> = {}
  editFields(fields, { set: [], add: [['constructor', 'a']], remove: [] })
  expect(fields).toEqual({ constructor: 'a' })
})

test('plain fields and Headers are edited alike', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'constructor')
  const pairs = fc.array(fc.tuple(name, fc.constantFrom('1', '2')), { maxLength: 3 })
  const edits = fc.record({ set: pairs, add: pairs, remove: fc.array(name, { maxLength: 2 }) })
  fc.assert(
    fc.property(fc.dictionary(name, fc.constantFrom('x', 'y')), edits, (fields, change) => {
      const headers = new Headers(fields)
      const plain: Record<string, string> = { ...fields }
      editHeaders(headers, change)
      editFields(plain, change)
      expect(plain).toEqual(Object.fromEntries(headers))
    }),
  )
})
