import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { MAX_FORM_FIELDS, parseForm, readForm } from '../../../src/http/rule-fields/form.ts'
import { toBytes } from '../../../src/lang/value.ts'
import { createFacts } from '../facts.ts'

describe('the content of a form', () => {
  test.each<[string, readonly (readonly [string, string])[]]>([
    ['', []],
    [
      'a=1&b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'a=1&a=2',
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ],
    ['a', [['a', '']]],
    ['=b', [['', 'b']]],
    ['a=b=c', [['a', 'b=c']]],
    ['&&a=1&', [['a', '1']]],
    ['a+b=c+d', [['a b', 'c d']]],
    ['%61=%c3%A4', [['a', '\xc3\xa4']]],
    ['a=%2B', [['a', '+']]],
    [
      'a=%&b=%4',
      [
        ['a', '%'],
        ['b', '%4'],
      ],
    ],
    ['a=1;b=2', [['a', '1;b=2']]],
  ])('%j', (raw, fields) => {
    expect(parseForm(raw)).toEqual(fields)
  })

  it('has a bound on its fields', () => {
    expect(parseForm('a&'.repeat(5000))).toHaveLength(MAX_FORM_FIELDS)
  })

  it('is read as the platform reads it', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'B', '=', '&', '+', '%', '2', '0', 'ä', ' '),
      maxLength: 40,
    })
    fc.assert(
      fc.property(text, (raw) => {
        // What is not ASCII is sent as its bytes; escapes are left out that make no UTF-8 and would be replaced.
        const plain = raw.replace(/%/g, '%25')
        const theirs = [...new URLSearchParams(`&${plain}`)].map(([name, value]) => [
          toBytes(name),
          toBytes(value),
        ])
        expect(parseForm(toBytes(plain))).toEqual(theirs)
      }),
    )
  })
})

test('a form that was cut is none: its last fields, which origins may go by, are not known', () => {
  const request = createFacts({
    method: 'POST',
    headers: [['content-type', 'application/x-www-form-urlencoded']],
  })
  const read = (truncated: boolean) =>
    readForm({ request, now: 0, body: { raw: 'username=ada', size: 70_000, truncated } })
  expect(read(false)).toEqual([['username', 'ada']])
  expect(read(true)).toBeUndefined()
})
