import { expect, test } from 'vitest'
import type { HeaderEdits } from '../../src/bundle/model.ts'
import { editHeaders } from '../../src/shield/header-edits.ts'

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
  const headers = new Headers()
  editHeaders(headers, { set: [], add: [['constructor', 'a']], remove: [] })
  expect(Object.fromEntries(headers)).toEqual({ constructor: 'a' })
})
