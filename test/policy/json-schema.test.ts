import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readPolicyFiles } from '../../src/cli/read-policy.ts'
import { describePolicy } from '../../src/cli/schema.ts'

const RULES = new URL('../../rules/', import.meta.url)
const written = readFileSync(new URL('schema.json', RULES), 'utf8')
const schema = JSON.parse(written) as {
  $defs: Record<string, { properties: Record<string, { items: { properties: object } }> }>
}
const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema)
const shipped = [...(await readPolicyFiles(RULES.pathname))].filter(([name]) => name.endsWith('.yaml'))

describe('rules/schema.json', () => {
  test('is what the code and docs/rules.md say now (else: node src/cli/schema.ts)', () => {
    expect(written).toBe(describePolicy())
  })

  test.each(shipped)('takes the shipped %s, which names it in its first line', (name, text) => {
    const up = '../'.repeat(name.split('/').length - 1)
    expect(text.split('\n')[0]).toBe(`# yaml-language-server: $schema=${up}schema.json`)
    expect([validate(parse(text)), validate.errors]).toEqual([true, null])
  })

  test.each([
    ['a key at the top', 'guard: []'],
    ['a key of a guard', 'guards: [{id: a, alow: {}}]'],
    ['a mode', 'stages: {rules: enfroce}'],
    ['an action', 'rules: [{id: a, expression: ssl, action: blok}]'],
    ['a phase', 'rules: [{id: a, expression: ssl, action: skip, skip: {phases: [http_ratelimits]}}]'],
    ['a percentage', 'rules: [{id: a, expression: ssl, action: log, percentage: 101}]'],
    ['an id', 'rules: [{id: A b, expression: ssl, action: log}]'],
    ['a unit', 'max_url_bytes: 8KB'],
    ['a duration', 'signature_ttl: 30 seconds'],
    ['a missing expression', 'rules: [{id: a, action: log}]'],
    ['a redirect without target', 'redirects: [{id: a, expression: ssl, redirect: {status: 301}}]'],
    ['a header value', 'response_headers: [{id: a, expression: ssl, headers: {set: {a: {expresion: ssl}}}}]'],
    ['an example', 'rules: [{id: a, expression: ssl, action: log, examples: {match: [{ur: /}]}}]'],
    ['an outcome', 'tests: [{name: a, request: /, expect: pas}]'],
  ])('refuses a mistake in %s', (_, text) => {
    expect(validate(parse(text))).toBe(false)
  })

  test('explains keys', () => {
    const status = schema.$defs.custom?.properties.rules?.items.properties
    expect(status).toMatchObject({
      status: { description: 'Of the refusal; with action: block only. Bounds: 400 to 499. Default: 403' },
    })
    expect(schema.$defs.request).toMatchObject({
      anyOf: [{}, { properties: { ip: { description: expect.stringContaining('client') } } }],
    })
  })
})
