import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { executeAgents } from '../../../src/cli/bots/agents.ts'
import { executeRobots } from '../../../src/cli/bots/robots.ts'
import { executeSummary } from '../../../src/cli/bots/summary.ts'
import { createPolicyFolder } from '../replay/policy-fixture.ts'

let folder = ''
let policy = ''
let printed = ''
let errors = ''

const output = {
  out: (text: string): void => {
    printed += `${text}\n`
  },
  err: (text: string): void => {
    errors += `${text}\n`
  },
}

beforeEach(async () => {
  ;({ folder, rules: policy } = await createPolicyFolder())
  printed = ''
  errors = ''
  await writeFile(
    join(policy, 'bots.yaml'),
    `mode: enforce
crawlers:
  classes: { ai-train: deny, other: allow }
  agents: { GPTBot: { action: deny, paths: [{ path: /press, action: allow }] } }
  tokens: { Google-Extended: deny }
labyrinth: { mode: enforce, path: /catalogue/ }
`,
  )
})
afterEach(() => rm(folder, { recursive: true }))

describe('sallyport bots', () => {
  test('robots prints the file that crawlers get, with that of the origin', async () => {
    const origin = join(folder, 'robots.txt')
    await writeFile(origin, 'User-agent: *\nDisallow: /cart\nSitemap: https://a.example/map.xml\n')
    expect(await executeRobots({ policy, origin }, output)).toBe(0)
    expect(errors).toBe('')
    expect(printed).toMatch(/User-agent: CCBot\n/)
    expect(printed).toContain(
      'User-agent: GPTBot\nAllow: /press/\nAllow: /press$\nAllow: /press?\nDisallow: /cart\nDisallow: /\n',
    )
    expect(printed).toContain(
      'User-agent: *\nDisallow: /catalogue/\nDisallow: /cart\n\nSitemap: https://a.example/map.xml\n',
    )
  })

  test('robots says so when a file cannot be read, or when the policy is not enforced', async () => {
    expect(await executeRobots({ policy, origin: join(folder, 'none.txt') }, output)).toBe(1)
    expect(errors).toMatch(/none\.txt cannot be read \(ENOENT\)\. Name a file/)
    await writeFile(join(policy, 'bots.yaml'), 'mode: log\n')
    expect(await executeRobots({ policy }, output)).toBe(0)
    expect(errors).toContain('The policy says mode: log, so crawlers get the file of the origin')
  })

  test('summary prints a table', async () => {
    expect(await executeSummary({ policy }, output)).toBe(0)
    expect(printed).toContain('Mode: enforce.')
    expect(printed).toContain('Maze: at `/catalogue/`.')
    expect(printed).toMatch(/\| ai-train \| deny \| closed \| \d+ \| GPTBot, /)
    expect(printed).toMatch(
      /\| GPTBot \| ai-train \| deny; `\/press`: allow \| closed, but for paths \| published addresses \|/,
    )
  })

  test('agents lists who is known, one a line or as JSON', async () => {
    expect(await executeAgents({ policy, class: 'ai-train' }, output)).toBe(0)
    expect(printed).toMatch(
      /^ai-train +GPTBot +deny +OpenAI +robots.txt: GPTBot; proved by published addresses$/m,
    )
    expect(printed).not.toMatch(/^seo/m)
    printed = ''
    expect(await executeAgents({ policy, json: true }, output)).toBe(0)
    const all: unknown = JSON.parse(printed)
    expect(all).toContainEqual(
      expect.objectContaining({ name: 'Googlebot', class: 'search-engine', gets: 'verify' }),
    )
  })

  test('agents knows no other classes', async () => {
    expect(await executeAgents({ policy, class: 'ai' }, output)).toBe(2)
    expect(errors).toContain('there is no class "ai". Classes: ai-train, ')
  })

  test('says what is missing without bots.yaml', async () => {
    await rm(join(policy, 'bots.yaml'))
    expect(await executeSummary({ policy }, output)).toBe(1)
    expect(errors).toContain('has no bots.yaml')
  })
})
