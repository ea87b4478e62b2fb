import { describe, expect, test } from 'vitest'
import { type RawPublishFlags, readPublishFlags } from '../../../src/cli/publish/publish-flags.ts'

const read = (raw: Partial<RawPublishFlags> = {}) =>
  readPublishFlags({ binding: 'RULES', timeout: '60', ...raw })

describe('flags of publish', () => {
  test.each([
    [{}, { kind: 'publish' }],
    [{ shadow: true }, { kind: 'shadow' }],
    [{ percent: '0' }, { kind: 'percent', percent: 0 }],
    [{ percent: '100' }, { kind: 'percent', percent: 100 }],
    [{ promote: true }, { kind: 'promote' }],
    [{ rollback: '3' }, { kind: 'rollback', serial: 3 }],
    [{ kill: 'limits' }, { kind: 'kill', stage: 'limits' }],
    [{ unkill: 'rules' }, { kind: 'unkill', stage: 'rules' }],
  ] as const)('%j means %j', (raw, action) => {
    expect(read(raw)).toMatchObject({ action, dryRun: false, timeout: 60, wait: undefined })
  })

  test.each([
    [{ shadow: true, percent: '5' }, 'Give one of'],
    [{ promote: true, kill: 'rules' }, 'Give one of'],
    [{ percent: '101' }, '--percent'],
    [{ percent: '1.5' }, '--percent'],
    [{ percent: '-1' }, '--percent'],
    [{ percent: '' }, '--percent'],
    [{ rollback: '0' }, 'sallyport status'],
    [{ rollback: 'x' }, 'sallyport status'],
    [{ kill: 'route' }, 'hygiene, access, rules, limits'],
    [{ kill: 'constructor' }, 'hygiene, access, rules, limits'],
    [{ promote: true, policy: 'rules' }, '--policy has no meaning'],
    [{ message: 'x'.repeat(201) }, '--message'],
    [{ message: 'two\nlines' }, '--message'],
    [{ expires: '0h' }, '--expires'],
    [{ expires: '5' }, '--expires'],
    [{ timeout: '0' }, '--timeout'],
    [{ wait: 'www.example.com' }, '--wait'],
    [{ wait: 'file:///etc/passwd' }, '--wait'],
    [{ wait: true, remote: true }, '--wait https://'],
  ])('%j is refused with words that help', (raw, words) => {
    expect(read(raw)).toContain(words)
  })

  test('an expiry is in seconds', () => {
    expect(read({ expires: '30m' })).toMatchObject({ expires: 1800 })
    expect(read({ expires: '7d' })).toMatchObject({ expires: 604_800 })
  })

  test('waiting is for an edge, for the local one, or not at all', () => {
    expect(read({ wait: 'https://www.example.com' })).toMatchObject({ wait: 'https://www.example.com' })
    expect(read({ wait: true })).toMatchObject({ wait: undefined })
    expect(read({ wait: false })).toMatchObject({ wait: false })
  })
})
