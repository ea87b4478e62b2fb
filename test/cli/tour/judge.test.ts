import { describe, expect, test } from 'vitest'
import { judge } from '../../../src/cli/tour/judge.ts'
import type { Case, Expected } from '../../../src/cli/tour/tour-case.ts'
import type { Reply } from '../../../src/cli/tour/wire.ts'

const caseOf = (expected: Expected): Case => ({
  name: 'a case',
  expected,
  run: () => Promise.reject(new Error()),
})
const reply = (status: number, body = ''): Reply => ({ status, headers: {}, body })
const PROBLEM = JSON.stringify({ stage: 'access', rule: 'access.list' })

describe('a case of the tour', () => {
  test('that comes out as it has to be is no trouble', () => {
    const expected = { status: 403, rule: 'access.list', holds: 'stage', lacks: '6.6.6.6' }
    expect(judge(caseOf(expected), reply(403, PROBLEM))).toEqual({
      name: 'a case',
      status: 403,
      outcome: 'refused',
      stage: 'access',
      rule: 'access.list',
      trouble: '',
    })
  })

  test.each([
    [200, 'passed'],
    [101, 'passed'],
    [308, 'redirected'],
    [400, 'refused'],
    [503, 'refused'],
  ])('with status %i has %s', (status, outcome) => {
    expect(judge(caseOf({ status }), reply(status, PROBLEM)).outcome).toBe(outcome)
  })

  test.each([
    ['another status', { status: 200 }, 'status 200 expected'],
    ['another rule', { status: 403, rule: 'access.eu' }, 'rule access.eu expected'],
    ['a body that lacks something', { status: 403, holds: 'needle' }, 'the body lacks "needle"'],
    ['a body that holds what it must not', { status: 403, lacks: 'access' }, 'the body holds access'],
  ])('with %s is trouble', (_, expected, trouble) => {
    expect(judge(caseOf(expected), reply(403, PROBLEM)).trouble).toBe(trouble)
  })

  test('tells of every difference at once', () => {
    const { trouble } = judge(caseOf({ status: 200, holds: 'x-y-z', lacks: 'rule' }), reply(403, PROBLEM))
    expect(trouble.split('; ')).toHaveLength(3)
  })

  test('refused by the verifier has no rule to show: it tells its log only', () => {
    const verdict = judge(caseOf({ status: 401, rule: 'origin' }), reply(401, '{"title":"no"}'))
    expect(verdict).toMatchObject({ stage: 'origin', rule: 'verifier', trouble: '' })
  })

  test.each(['not JSON', '{}', 'null'])(
    'refused without a problem document is a question mark: %s',
    (body) => {
      expect(judge(caseOf({ status: 400 }), reply(400, body))).toMatchObject({ stage: '?', rule: '?' })
    },
  )
})
