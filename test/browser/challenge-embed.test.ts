import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openBrowser, openPage } from './browser.ts'
import { type ChallengeSite, openSite } from './challenge-site.ts'
import { hasChromium, isThorough } from './chromium.ts'

describe.runIf(hasChromium)('a page that calls with sallyportFetch', () => {
  let browser: Browser
  let site: ChallengeSite
  let context: BrowserContext
  let page: Page
  let complaints: string[] = []
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    site = await openSite({ level: 2 })
    context = await browser.newContext()
    ;({ page, complaints } = await openPage(context))
    await page.goto(`${site.url}/free/app`)
    await page.waitForFunction('window.call')
  })
  afterEach(async () => {
    await context.close()
    await site.close()
    expect(complaints).toEqual([])
  })

  test('shows the challenge, and makes the call again', async () => {
    await page.evaluate('call()')
    expect(await page.textContent('#out')).toBe('200 {"ok":true}')
    expect(await page.locator('dialog').count()).toBe(0)
    expect(site.passed.at(-1)).toBe('GET /data')
    expect(site.challenge.stats.solved).toBe(1)
  })

  test.runIf(isThorough)('sends the content of the call again too', async () => {
    await page.evaluate(`call({ method: 'POST', body: '{"a":1}' })`)
    expect(site.passed.at(-1)).toBe('POST /data {"a":1}')
  })

  test.runIf(isThorough)('shows one dialog for several calls', async () => {
    await page.evaluate('Promise.all([call(), call(), call()])')
    expect(site.passed.filter((line) => line === 'GET /data')).toHaveLength(3)
    expect(site.challenge.stats.solved).toBe(1)
  })

  test.runIf(isThorough)('goes on at once when another tab has solved it meanwhile', async () => {
    await context.newPage().then((tab) => tab.goto(`${site.url}/page`))
    await page.evaluate('call()')
    expect(await page.textContent('#out')).toBe('200 {"ok":true}')
  })

  test.runIf(isThorough)('gets the refusal when the person closes the dialog', async () => {
    const slow = await openSite({ level: 2, model: { ...SLOW } })
    await page.goto(`${slow.url}/free/app`)
    await page.waitForFunction('window.call')
    const called = page.evaluate('call()')
    await page.getByRole('dialog', { name: 'Challenge' }).waitFor()
    await page.frameLocator('iframe').getByText('Checking…').waitFor()
    await page.getByRole('button', { name: 'Close' }).click()
    await called
    expect(await page.textContent('#out')).toMatch(/^403 /)
    await slow.close()
  })

  test.runIf(isThorough)('no page of another site can frame the challenge', async () => {
    const other = await openPage(context)
    await other.page.route('http://localhost:1/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<iframe src="${site.url}/.sallyport/challenge"></iframe>`,
      }),
    )
    await other.page.goto('http://localhost:1/')
    await expect.poll(() => other.page.frames()[1]?.url(), { timeout: 10_000 }).toMatch(/^chrome-error:/)
    expect(site.challenge.stats.solved).toBe(0)
  })
})

const SLOW = {
  status: 403,
  wait: 1,
  bits: { least: 30, most: 30 },
  life: { wait: 60, proof: 60, interactive: 60 },
  max_life: 60,
  same_site: 'lax',
  exempt: [],
} as const
