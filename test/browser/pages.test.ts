import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Stack, startStack } from '../../src/cli/local/stack.ts'
import { readPolicyFiles } from '../../src/cli/read-policy.ts'
import { hasChromium, runChromium } from './chromium.ts'

describe.runIf(hasChromium)('in a real browser', () => {
  let stack: Stack
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sallyport-browser-'))
    stack = await startStack({ policy: await readPolicyFiles('rules') })
  })
  afterAll(async () => {
    await stack.stop()
    await rm(folder, { recursive: true, force: true })
  })

  async function open(path: string): Promise<{ dom: string; log: string }> {
    const profile = `--user-data-dir=${join(folder, 'profile')}`
    const { stdout, stderr } = await runChromium([
      profile,
      '--enable-logging=stderr',
      '--dump-dom',
      stack.edge + path,
    ])
    return { dom: stdout, log: stderr }
  }

  test('a visit shows what the origin was told', async () => {
    const { dom } = await open('/')
    expect(dom).toContain('<h1>Behind two doors</h1>')
    expect(dom).toMatch(/Your address<\/td><td>127\.0\.0\.1/)
  })

  test('a refusal is a page with its rule and request id, and its own policy does not break it', async () => {
    const { dom, log } = await open('/a%2Fb')
    expect(dom).toContain('hygiene.encoded-slash')
    expect(dom).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/)
    expect(log).not.toMatch(/Content.Security.Policy|Refused to apply/i)
  })

  test('a redirect at the edge leads to the page behind it', async () => {
    expect((await open('/old')).dom).toContain('The page that /old moved to.')
  })

  test('the refusal page is drawn', async () => {
    const picture = process.env.SALLYPORT_SCREENSHOT ?? join(folder, 'refusal.png')
    const profile = `--user-data-dir=${join(folder, 'profile')}`
    await runChromium([profile, `--screenshot=${picture}`, `${stack.edge}/a%2Fb`])
    expect((await stat(picture)).size).toBeGreaterThan(2000)
  })
})
