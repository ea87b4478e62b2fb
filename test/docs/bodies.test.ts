import { expect, test } from 'vitest'
import { BODY_RULES } from '../../src/http/body-guard/body-rules.ts'
import { readPage, readTable } from './page.ts'

test('docs/bodies.md lists every rule of bodies with its status, and no other', () => {
  const rows = readTable(readPage('bodies.md'), '## Rules').map(([id, status]) => [id, status])
  const rules = Object.entries(BODY_RULES).map(([fault, { status }]) => [`\`body.${fault}\``, String(status)])
  expect(rows).toEqual(rules)
})
