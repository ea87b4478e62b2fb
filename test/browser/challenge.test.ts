import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { MODEL } from '../ingress/challenge/open-challenge.ts'
import { openBrowser, openPage } from './browser.ts'
import { type ChallengeSite, openSite } from './challenge-site.ts'
import { hasChromium, isThorough } from './chromium.ts'

const QUICK = { ...MODEL, wait: 1 }
/** A textarea's line ends and names that would hide a form's own methods come as a browser sends them. */
const BOUGHT = 'POST /buy?id=1 submit=1&append=&note=a%0D%0Ab&__proto__=%22%3E%3Cb%3E'

describe.runIf(hasChromium)('a challenged browser', () => {
  let browser: Browser
  let site: ChallengeSite
  let context: BrowserContext | undefined
  let complaints: string[] = []
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    site = await openSite({ model: QUICK })
  })
  afterEach(async () => {
    await context?.close()
    await site.close()
    // Nothing of a page of ours is held back by its own policy, and nothing fails unseen.
    expect(complaints).toEqual([])
  })

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    context = await browser.newContext(options)
    const opened = await openPage(context)
    complaints = opened.complaints
    return opened.page
  }
  const isIn = (page: Page) => page.getByText('behind the door').waitFor()
  const plain = { javaScriptEnabled: false }

  test('solves the page by itself and gets where it wanted to go, fragment and all', async () => {
    const page = await open()
    await page.goto(`${site.url}/free/form`)
    await page.goto(`${site.url}/page?x=1#part`, { waitUntil: 'commit' })
    await isIn(page)
    expect(page.url()).toBe(`${site.url}/page?x=1#part`)
    expect(site.passed).toContain('GET /page?x=1')
    expect(site.cookies).toHaveLength(1)
    // The way back does not lead through the challenge.
    await page.goBack()
    expect(page.url()).toBe(`${site.url}/free/form`)
    await page.goForward()
    await isIn(page)
    expect(site.challenge.stats.issued).toBe(1)
  })

  test.runIf(isThorough)('solves it where there are no workers', async () => {
    const page = await open()
    await page.addInitScript('delete window.Worker')
    await page.goto(`${site.url}/page`, { waitUntil: 'commit' })
    await isIn(page)
  })

  test('without JavaScript waits once a button is pressed', async () => {
    const page = await open(plain)
    await page.goto(`${site.url}/page?x=1`)
    await page.getByRole('button', { name: 'Continue' }).press('Enter')
    await isIn(page)
    expect(page.url()).toBe(`${site.url}/page?x=1`)
  })

  test.runIf(isThorough)('without JavaScript is told so when waiting will not do', async () => {
    site.set({ level: 2 })
    const page = await open(plain)
    await page.goto(`${site.url}/page`)
    await page.getByText('This check needs JavaScript').waitFor()
    expect(await page.getByRole('button').count()).toBe(0)
  })

  test.runIf(isThorough)('without JavaScript is let through to another site', async () => {
    const page = await open(plain)
    await page.route('http://localhost:1/elsewhere', (route) => route.fulfill({ body: 'elsewhere' }))
    await page.goto(`${site.url}/leave`)
    await page.getByRole('button').click()
    await page.getByText('elsewhere').waitFor()
  })

  test.runIf(isThorough).each([
    ['by itself', {}],
    ['when the person says so', plain],
  ])('that has sent a form sends it again %s', async (_, options: BrowserContextOptions) => {
    const page = await open(options)
    await page.goto(`${site.url}/free/form`)
    await page.getByText('Buy').click()
    if (options.javaScriptEnabled === false) {
      await page.getByText('is kept and is sent again').waitFor()
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('button', { name: 'Send' }).click()
    }
    await isIn(page)
    expect(page.url()).toBe(`${site.url}/buy?id=1`)
    expect(site.passed).toContain(BOUGHT)
    expect(site.passed.filter((line) => line.startsWith('POST'))).toHaveLength(1)
  })

  test.each([
    ['with', {}],
    ['without', plain],
  ])('that another site has made send a form sends nothing again, %s JavaScript', async (_, options) => {
    const page = await open(options)
    await page.route('http://localhost:1/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<form method="post" action="${site.url}/buy?id=1"><input name="to" value="mallory"><button>x</button></form>`,
      }),
    )
    await page.goto('http://localhost:1/')
    await page.getByText('x').click()
    if (options === plain) {
      await page.getByText('was not taken').waitFor()
      expect(await page.content()).not.toContain('mallory')
      await page.getByRole('button', { name: 'Continue' }).click()
    }
    await isIn(page)
    expect(await page.textContent('#came')).toBe('GET /buy')
    expect(site.passed.filter((line) => line.startsWith('POST'))).toEqual([])
  })

  test.runIf(isThorough)('stops when the site never lets it in, and says why', async () => {
    site.set({ forgets: true })
    const page = await open()
    await page.goto(`${site.url}/page`, { waitUntil: 'commit' })
    await page.getByText('This page needs cookies. Allow').waitFor()
    expect(site.cookies).toHaveLength(4)
    expect(await page.getByRole('button', { name: 'Try again' }).isVisible()).toBe(true)
  })

  test.runIf(isThorough)('asks for a new challenge before the old one is no good', async () => {
    const slow = await openSite({ level: 2, model: { ...QUICK, bits: { least: 30, most: 30 } } })
    const page = await open()
    await page.clock.install()
    await page.goto(`${slow.url}/page`)
    expect(slow.challenge.stats.issued).toBe(1)
    const renewed = page.waitForEvent('framenavigated')
    await page.clock.fastForward('04:31')
    await renewed
    expect(slow.challenge.stats.issued).toBe(2)
    await page.close()
    await slow.close()
  })

  test.runIf(isThorough)(
    'asks for a new one with what a form has sent, which stays in the page',
    async () => {
      const slow = await openSite({ level: 2, model: { ...QUICK, bits: { least: 30, most: 30 } } })
      const page = await open()
      await page.clock.install()
      await page.goto(`${slow.url}/free/form`)
      await page.getByText('Buy').click()
      await page.getByText('is kept and is sent again').waitFor()
      const kept = await page.inputValue('input[name=body]')
      const renewed = page.waitForEvent('framenavigated')
      await page.clock.fastForward('04:31')
      await renewed
      expect(page.url()).toBe(`${slow.url}/.sallyport/challenge`)
      expect(await page.inputValue('input[name=body]')).toBe(kept)
      expect(kept).toContain('note=a%0D%0Ab')
      expect(slow.challenge.stats.issued).toBe(2)
      await page.close()
      await slow.close()
    },
  )

  test.runIf(isThorough)('with many tabs ends with all of them in and one cookie that is good', async () => {
    await open()
    const tabs = await Promise.all(Array.from({ length: 20 }, () => context?.newPage()))
    await Promise.all(
      tabs.map(async (tab, i) => {
        await tab?.goto(`${site.url}/page?tab=${i}`, { waitUntil: 'commit' })
        if (tab) await isIn(tab)
      }),
    )
    const kept = (await context?.cookies()) ?? []
    expect(kept.map(({ name }) => name)).toEqual(['sallyport-clearance'])
    for (let i = 0; i < 20; i++) expect(site.passed).toContain(`GET /page?tab=${i}`)
    expect(site.challenge.stats.failed).toEqual(
      Object.fromEntries(Object.keys(site.challenge.stats.failed).map((why) => [why, 0])),
    )
    // One at a time, and the others hear of it: nobody's phone computes twenty times.
    expect(site.challenge.stats.solved).toBeLessThan(10)
  })

  test.runIf(isThorough)('is asked by the service that the operator has chosen', async () => {
    const asked: string[] = []
    const provider = { kind: 'turnstile', sitekey: '1x00' } as const
    const services = () => ({
      isDown: () => false,
      check: async (question: { response: string }) => {
        asked.push(question.response)
        return 'passed' as const
      },
    })
    const guarded = await openSite({ level: 3, model: { ...QUICK, provider } }, services)
    const page = await open()
    await page.route('https://challenges.cloudflare.com/**', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: WIDGET }),
    )
    await page.goto(`${guarded.url}/page`)
    expect(await page.getByRole('status').textContent()).toBe('Please complete the check below.')
    await page.getByRole('button', { name: 'I am a person' }).click()
    await isIn(page)
    expect(asked).toEqual(['response-of-1x00-sallyport-96'])
    await guarded.close()
  })

  test.runIf(isThorough)('is told when that service cannot be loaded', async () => {
    const provider = { kind: 'hcaptcha', sitekey: '1x00' } as const
    const services = () => ({ isDown: () => false, check: async () => 'passed' as const })
    const guarded = await openSite({ level: 3, model: { ...QUICK, provider } }, services)
    const page = await open()
    await page.route('https://js.hcaptcha.com/**', (route) => route.fulfill({ status: 503 }))
    await page.goto(`${guarded.url}/page`)
    await page.getByText('That did not work.').waitFor()
    expect(await page.getByRole('button', { name: 'Try again' }).isVisible()).toBe(true)
    await guarded.close()
  })
})

/** A widget that is solved by a button. */
const WIDGET = `window.turnstile = { render(box, options) {
  const button = document.createElement('button')
  button.textContent = 'I am a person'
  button.onclick = () => options.callback('response-of-' + options.sitekey + '-' + options.action + '-' + options.cData.length)
  box.append(button)
} }
sallyportWidget()`
