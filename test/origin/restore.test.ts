import { expect, test } from 'vitest'
import { restoreFields } from '../../src/origin/restore.ts'

test.each([
  ...['X-Scheme', 'x-url-scheme', 'Front-End-Https', 'Forwarded-For', 'X-Forward-For', 'Remote-Addr'],
  ...['X-AppEngine-User-IP', 'Fly-Client-IP', 'DO-Connecting-IP', 'X-Azure-ClientIP', 'Remote_Addr'],
  ...['x.scheme', 'X-Host', 'X-Originating-IP'],
])('no application sees a %s that nobody signed', (name) => {
  expect(restoreFields([name, 'evil', 'Accept', '*/*'], { ok: true, signed: false })).toEqual([
    'Accept',
    '*/*',
  ])
})

test('what only resembles such a field stays', () => {
  const fields = ['X-Schema', 'a', 'Remote-Address', 'b', 'X-Hosts', 'c']
  expect(restoreFields(fields, { ok: true, signed: false })).toEqual(fields)
})
