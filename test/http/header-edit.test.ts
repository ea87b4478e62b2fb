import { expect, test } from 'vitest'
import { applyHeaderEdits } from '../../src/http/header-edit.ts'

test('edits are made in order', () => {
  const headers = new Headers({ 'x-a': '1', 'x-b': '2' })
  applyHeaderEdits(headers, [
    { operation: 'remove', name: 'x-a' },
    { operation: 'set', name: 'x-b', value: '3' },
    { operation: 'add', name: 'x-b', value: '4' },
    { operation: 'add', name: 'x-c', value: '5' },
    { operation: 'set', name: 'x-d', value: '6' },
    { operation: 'remove', name: 'x-d' },
  ])
  expect([...headers]).toEqual([
    ['x-b', '3, 4'],
    ['x-c', '5'],
  ])
})

test('cookies that are added keep lines of their own', () => {
  const headers = new Headers({ 'set-cookie': 'a=1' })
  applyHeaderEdits(headers, [{ operation: 'add', name: 'set-cookie', value: 'b=2' }])
  expect(headers.getSetCookie()).toEqual(['a=1', 'b=2'])
})
