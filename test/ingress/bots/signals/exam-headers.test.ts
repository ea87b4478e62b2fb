/**
 * Libraries and Chromium as captured; libraries that wear the User-Agent of a browser.
 *
 * A client is flagged when it declares itself, so that the policy of its class holds, or when its score is in a band
 * that asks for something.
 */
import { isbot } from 'isbot'
import agents from 'top-user-agents'
import { describe, expect, test } from 'vitest'
import { readAgent } from '../../../../src/http/agent-family.ts'
import { type ExamRequest, readExam, toFacts } from './exam.ts'
import { scoreOf } from './score-fixture.ts'

const exam = readExam() ?? []
const ASKS = 25
const isLibrary = ({ label, client }: ExamRequest): boolean =>
  label === 'bot' && !client.startsWith('chromium')
const isDeclared = (request: ExamRequest): boolean => {
  const agent = request.headers.find(([name]) => name.toLowerCase() === 'user-agent')?.[1] ?? ''
  return isbot(agent)
}

describe.skipIf(exam.length === 0)('of the captured requests', () => {
  test('all of libraries and headless browsers are flagged', () => {
    const bots = exam.filter(({ label }) => label === 'bot')
    const missed = bots.filter((bot) => !isDeclared(bot) && scoreOf(toFacts(bot)).score < ASKS)
    expect(bots.length).toBeGreaterThanOrEqual(28)
    expect(missed.map(({ client, url }) => `${client} ${url}`)).toEqual([])
  })

  test('all of headless browsers with the User-Agent of another are asked for more than a wait', () => {
    const disguised = exam.filter(({ client }) => client === 'chromium-headless-uaspoof')
    expect(disguised.length).toBe(9)
    for (const bot of disguised) expect(scoreOf(toFacts(bot)).score).toBeGreaterThanOrEqual(50)
  })

  test('none of a person’s Chromium has any signal', () => {
    const people = exam.filter(({ label }) => label === 'human')
    expect(people.length).toBe(10)
    for (const person of people) expect(scoreOf(toFacts(person)).signals).toEqual([])
  })
})

describe.skipIf(exam.length === 0)('a library that wears a browser’s User-Agent', () => {
  const worn = agents.filter((agent) => !isbot(agent))
  /** Web views, Electron and devices leave things out too, and so do versions from before 2023. */
  const plain = worn.filter((agent) => {
    const { host, engine, level } = readAgent(agent)
    const modern = { blink: 80, gecko: 90, webkit: 1604, old: Infinity, none: Infinity }[engine]
    return host === 'browser' && level >= modern
  })

  test.each(exam.filter(isLibrary).map((library) => [library.client, library] as const))(
    '%s',
    (name, library) => {
      const flagged = (list: readonly string[], from: number): number =>
        list.filter((agent) => scoreOf(toFacts(library, agent)).score >= from).length
      const [asked, proved] = [flagged(worn, ASKS), flagged(worn, 50)]
      console.log(`${name}: ${asked} of ${worn.length} asked for something, ${proved} for a proof of work`)
      expect(plain.length).toBeGreaterThan(90)
      expect(flagged(plain, 50)).toBe(plain.length)
      expect(asked / worn.length).toBeGreaterThanOrEqual(0.98)
    },
  )
})
