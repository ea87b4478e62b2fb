import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSignatureAgent } from '../../../../src/ingress/bots/web-bot-auth/signature-agent.ts'

const FOLDER = new URL('../../../../../shared/exams/bots/', import.meta.url)
const isThere = existsSync(FOLDER)
if (!isThere) console.log('Web Bot Auth samples: skipped, ../shared/exams/bots is not there')

function load(name: string): unknown {
  return isThere ? JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) : []
}

interface Sample {
  readonly name: string
  readonly header: string
  readonly entries: readonly { readonly label: string; readonly uri: string; readonly type: string }[]
}

const SAMPLES = load('web_bot_auth_signature_agent_v1.json') as readonly Sample[]

describe.skipIf(!isThere)('samples of the draft', () => {
  test.each(SAMPLES)('$name: directories are read, other types passed over', ({ header, entries }) => {
    const directories = entries.filter(({ type }) => type === 'directory')
    expect(readSignatureAgent(header)).toEqual(directories.map(({ label, uri }) => ({ key: label, uri })))
  })

  test.each(['web_bot_auth_registry_v1.json', 'web_bot_auth_signature_agent_card_v1.json'])(
    '%s as a field breaks nothing',
    (name) => {
      for (const text of JSON.stringify(load(name)).split(/[{}]/)) {
        expect(Array.isArray(readSignatureAgent(text))).toBe(true)
      }
    },
  )
})

test.each<[string, readonly { key?: string | undefined; uri: string }[]]>([
  ['"https://a.example"', [{ key: undefined, uri: 'https://a.example' }]],
  ['"https://a.example";type=directory', [{ key: undefined, uri: 'https://a.example' }]],
  ['a="https://a.example"', [{ key: 'a', uri: 'https://a.example' }]],
  [
    'a="https://a.example";type="directory", b="https://b.example"',
    [
      { key: 'a', uri: 'https://a.example' },
      { key: 'b', uri: 'https://b.example' },
    ],
  ],
  ['a="https://a.example", b=7, c=("https://c.example"), d', [{ key: 'a', uri: 'https://a.example' }]],
  ['a="https://a.example", a="https://b.example"', []],
  ['a="https://a.example";type=1', []],
  ['https://a.example', []],
  ['', []],
])('%s', (field, agents) => {
  expect(readSignatureAgent(field)).toEqual(agents)
})

test('it is never longer than what was sent, and nothing is thrown', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 2000 }), (field) => {
      expect(readSignatureAgent(field).length).toBeLessThanOrEqual(field.length)
    }),
  )
})
