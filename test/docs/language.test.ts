import { describe, expect, test } from 'vitest'
import { FIELD_DEFINITIONS } from '../../src/http/rule-fields/definitions.ts'
import { FUNCTIONS } from '../../src/lang/functions/table.ts'
import { formatType } from '../../src/lang/type.ts'
import { readPage } from './page.ts'

const page = readPage('language.md')

describe('docs/language.md', () => {
  test('has every field that requests have, with its type', () => {
    const missing = [...FIELD_DEFINITIONS].filter(
      ([name, { type, unavailable, alias }]) =>
        !unavailable &&
        !alias &&
        !name.includes('http.response') &&
        !page.includes(`\`${name}\` ${formatType(type)}`),
    )
    expect(missing.map(([name]) => name)).toEqual([])
  })

  test('has every field that is refused, in a row with the reason', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| '))
    const missing = [...FIELD_DEFINITIONS].filter(
      ([name, { unavailable }]) =>
        unavailable && !rows.some((row) => row.includes(`\`${name}\``) && row.includes(unavailable)),
    )
    expect(missing.map(([name]) => name)).toEqual([])
  })

  test('has every function, and no other', () => {
    const section = page.slice(page.indexOf('## Functions'), page.indexOf('## Fields'))
    const named = new Set([...section.matchAll(/`([a-z0-9_]+)\(/g)].map(([, name]) => name))
    expect([...named].sort()).toEqual([...FUNCTIONS.keys()].sort())
  })
})
