import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { executeWho, type WhoFlags } from '../../../src/cli/bots/who.ts'
import { SITE } from '../explain/load.ts'

const NOW = Date.UTC(2026, 7, 21)
const FILES = {
  ...SITE,
  'bots.yaml':
    'crawlers: {classes: {search-engine: {action: allow, paths: [{path: /private, action: deny}]}}}\n',
  'bots/ranges/googlebot.txt': '# source: https://x\n# fetched: 2026-08-20\n192.178.4.0/27\n66.249.66.0/27\n',
}

let folder = ''
let bare = ''
beforeAll(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  folder = await mkdtemp(join(tmpdir(), 'sallyport-who-'))
  bare = await mkdtemp(join(tmpdir(), 'sallyport-who-'))
  await mkdir(join(folder, 'bots/ranges'), { recursive: true })
  for (const to of [folder, bare]) await mkdir(join(to, 'routes'))
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text)
  await writeFile(
    join(bare, 'routes/site.yaml'),
    new Map(Object.entries(FILES)).get('routes/site.yaml') ?? '',
  )
})
afterAll(async () => {
  for (const each of [folder, bare]) await rm(each, { recursive: true })
})

async function ask(userAgent: string, flags: Partial<WhoFlags> = {}) {
  const out: string[] = []
  const err: string[] = []
  const shell = {
    out: (line: string) => out.push(line),
    err: (line: string) => err.push(line),
    now: () => NOW,
  }
  const code = await executeWho(userAgent, { policy: folder, path: '/', ...flags }, shell)
  return { code, out: out.join('\n'), err: err.join('\n') }
}

const GOOGLE = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'

test('an agent is named with its proof and its terms', async () => {
  const { code, out } = await ask(GOOGLE)
  expect(code).toBe(0)
  expect(out).toMatch(/^Googlebot of Google, search-engine\n/)
  expect(out).toContain('proved by       published addresses: googlebot')
  expect(out).toMatch(/at \/ +allow$/)
})

test('terms are those of the path', async () => {
  expect((await ask(GOOGLE, { path: '/private/a' })).out).toMatch(/at \/private\/a +deny$/)
})

test.each([
  ['66.249.66.1', 'among those that its operator publishes'],
  ['203.0.113.7', 'not among those that its operator publishes'],
])('the address %s is looked for in the snapshot', async (ip, expected) => {
  expect((await ask(GOOGLE, { ip })).out).toContain(`this address    ${expected}`)
})

test('a name without any proof can be borrowed, and who has none is told so', async () => {
  expect((await ask('curl/8.5.0')).out).toContain('proved by       nothing: its name can be borrowed')
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
  expect((await ask(firefox)).out).toContain('Does not say that it is automated')
})

test('the same is there as JSON', async () => {
  expect(JSON.parse((await ask(GOOGLE, { json: true, ip: '66.249.66.1' })).out)).toMatchObject({
    declared: true,
    agent: 'Googlebot',
    class: 'search-engine',
    path: '/',
    terms: { action: 'allow' },
  })
})

test('wrong usage and a policy without the stage say what to do', async () => {
  expect(await ask(GOOGLE, { ip: 'localhost' })).toMatchObject({
    code: 2,
    err: expect.stringContaining('--ip takes'),
  })
  expect(await ask(GOOGLE, { policy: bare })).toMatchObject({
    code: 1,
    err: expect.stringContaining('has no bots.yaml, and so no agents. Add the file.'),
  })
})
