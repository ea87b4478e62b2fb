import { describe, expect, test } from 'vitest'
import { type AgentsContent, CHECK, LENGTH_SHIFT } from '../../../../src/bundle/agents-part.ts'
import { createMatcher } from '../../../../src/ingress/bots/identity/match-agent.ts'
import { openAutomaton } from '../../../../src/lang/automaton/automaton.ts'
import { buildAutomaton } from '../../../../src/lang/automaton/build-automaton.ts'

/** Literals in the order of their rank, each with what must hold besides. */
function matcher(patterns: Readonly<Record<string, AgentsContent['checks'][number]>>) {
  const automaton = openAutomaton(buildAutomaton(Object.keys(patterns), { ignoreCase: true }))
  const checks = Object.values(patterns)
  const owners = checks.map((_, rank) => rank)
  const agents = owners.map((rank) => [`Agent${rank}`, 'other'] as const)
  return createMatcher(automaton, { agents, owners, checks, structures: [{ regex: '^x+$', last: 'x' }] })
}

describe('of patterns that a text has', () => {
  test('the first by rank counts, wherever it stands', () => {
    const match = matcher({ gptbot: 0, bot: 0 })
    expect(match('a bot and a GPTBot')).toBe(0)
    expect(match('a GPTBot and a bot')).toBe(0)
    expect(match('a bot')).toBe(1)
    expect(match('nobody')).toBe('none')
  })

  test('a structure counts where no literal does', () => {
    const match = matcher({ bot: 0 })
    expect([match('xxx'), match('xx bot'), match('xxy')]).toEqual(['structure', 0, 'none'])
  })
})

describe('what must hold besides a literal', () => {
  test.each<readonly [string, AgentsContent['checks'][number], readonly string[], readonly string[]]>([
    [
      'texts in order, one behind the other',
      { order: ['bob', 'ob'] },
      ['bob ob', 'bobob'],
      ['bob', 'ob bo b'],
    ],
    ['a text in this case', 'BoB', ['a BoB'], ['bob', 'BOB']],
    ['an expression', { regex: 'bob/\\d', flags: '' }, ['bob bob/1'], ['bob/x', 'BOB/1']],
    ['a beginning', CHECK.start | (3 << LENGTH_SHIFT), ['Bob a'], ['a bob', ' bob']],
    ['an end', CHECK.end | (3 << LENGTH_SHIFT), ['a bob'], ['bob a', 'bobs']],
    ['a word', CHECK.wordBefore | CHECK.wordAfter | (3 << LENGTH_SHIFT), ['-bob-', 'ébob'], ['bobs', '_bob']],
  ])('%s', (_, check, matching, others) => {
    const match = matcher({ bob: check })
    expect(matching.map(match)).toEqual(matching.map(() => 0))
    expect(others.map(match)).toEqual(others.map(() => 'none'))
  })

  test('is looked for at each place of the literal', () => {
    expect(matcher({ bob: CHECK.end | (3 << LENGTH_SHIFT) })('bob and bob')).toBe(0)
  })
})
