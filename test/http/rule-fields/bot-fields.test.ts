import { expect, it, test } from 'vitest'
import type { AssessmentView } from '../../../src/http/rule-fields/assessment-view.ts'
import { FIELD_READERS } from '../../../src/http/rule-fields/readers.ts'
import { createFacts } from '../facts.ts'

const KNOWN: AssessmentView = {
  declared: true,
  agent: { name: 'Example Bot', class: 'search-engine' },
  verdict: { kind: 'verified' },
  score: 0,
  band: 'likely-human',
}
const UNKNOWN: AssessmentView = { declared: false, score: 55, band: 'suspicious' }

function read(name: string, bot?: () => AssessmentView, verifiedBot?: unknown): unknown {
  const edge = verifiedBot === undefined ? {} : { edge: { botManagement: { verifiedBot } } }
  const request = createFacts({ client: edge })
  return FIELD_READERS.get(name)?.({ request, now: 0, ...(bot ? { bot } : {}) })
}

it.each([
  ['agent', 'Example Bot', undefined],
  ['class', 'search-engine', undefined],
  ['verdict', 'verified', undefined],
  ['verified', true, false],
  ['declared', true, false],
  ['score', 0, 55],
  ['band', 'likely-human', 'suspicious'],
])('sallyport.bot.%s is what the stage says, and missing without it', (name, known, unknown) => {
  const field = `sallyport.bot.${name}`
  expect(read(field, () => KNOWN)).toBe(known)
  expect(read(field, () => UNKNOWN)).toBe(unknown)
  expect(read(field)).toBeUndefined()
})

it.each(['cf.client.bot', 'cf.bot_management.verified_bot'])('%s is Cloudflare’s word, else ours', (name) => {
  expect(read(name, () => KNOWN, false)).toBe(false)
  expect(read(name, () => UNKNOWN, true)).toBe(true)
  expect(read(name, () => KNOWN)).toBe(true)
  expect(read(name, () => UNKNOWN)).toBe(false)
  expect(read(name, () => ({ ...KNOWN, verdict: { kind: 'spoofed' } }))).toBe(false)
  expect(read(name)).toBeUndefined()
})

test('nobody is looked at for a field that Cloudflare answers, or that is about something else', () => {
  const bot = (): AssessmentView => {
    throw new Error('nobody asked')
  }
  expect(read('cf.client.bot', bot, true)).toBe(true)
  expect(read('http.host', bot)).toBe('app.example')
})
