import { expect, test } from 'vitest'
import { openAgents } from '../../../../src/ingress/bots/identity/agent-index.ts'
import { buildAgents } from '../../../../src/policy/bots/catalogue/build-agents.ts'
import { createFacts } from '../../../http/facts.ts'
import { REAL_BROWSERS } from './real-browsers.ts'
import { scoreOf } from './score-fixture.ts'

const { part } = buildAgents({ own: [], ignore: [] })
const agents = openAgents({ buffer: part.buffer, offset: 0, length: part.length })

test('there are eighty of them, each of another name', () => {
  expect(new Set(REAL_BROWSERS.map(({ name }) => name)).size).toBe(REAL_BROWSERS.length)
  expect(REAL_BROWSERS.length).toBeGreaterThanOrEqual(80)
})

test.each(REAL_BROWSERS)('$name is a person, who is asked for nothing', ({ change }) => {
  const identity = agents.identify(createFacts(change).headers.get('user-agent'))
  const { signals, band } = scoreOf(change, identity)
  expect({ identity, signals, band }).toMatchObject({ identity: { declared: false }, band: 'likely-human' })
})
