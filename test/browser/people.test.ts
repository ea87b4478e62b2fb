import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  devices,
  type Page,
} from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type LoggedLine, type OpenEdge, openEdge } from '../worker/open-edge.ts'
import { openBrowser, openPeoplesBrowser, openWithoutCookies } from './browser.ts'
import { hasChromium, isThorough } from './chromium.ts'
import { DEEDS, DEEDS_WITHOUT_COOKIES, openPeopleSite, type PeopleSite } from './people-site.ts'

/** Of Chromium on this machine. */
const VERSION = 156
const BOTS = 'mode: enforce\n'

/** The default policy enforced, before a site with all that pages are made of. */
describe.runIf(hasChromium && isThorough)('a person with a browser', { timeout: 60_000 }, () => {
  let browser: Browser
  let site: PeopleSite
  let edge: OpenEdge
  let context: BrowserContext | undefined
  let seen = 0
  beforeAll(async () => {
    site = await openPeopleSite()
    browser = await openPeoplesBrowser()
    edge = await openPeoplesEdge(site)
  }, 60_000)
  afterEach(async () => {
    await context?.close()
    seen = edge.log.records().length
  })
  afterAll(async () => {
    await browser.close()
    await edge.stop()
    await site.close()
  })

  const base = (): string => edge.url.replace('127.0.0.1', 'localhost')
  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    context = await browser.newContext(options)
    return context.newPage()
  }
  /** What was weighed of this test's requests that are not like a person's. */
  const weighed = (): string[] => suspicions(edge.log.records().slice(seen))

  test('meets nothing of all this, whatever pages do', async () => {
    const page = await open({ acceptDownloads: true })
    await useSite(page, base())
    await page.goto(`${base()}/`)
    for (const [name, deed] of Object.entries(DEEDS_WITHOUT_COOKIES))
      expect.soft([name, await page.evaluate(deed)]).toEqual([name, 200])
    expect(weighed()).toEqual([])
    const { arrived } = site
    for (const path of [
      '/font.woff2',
      '/film.mp4',
      '/socket',
      '/site.webmanifest',
      '/imported.js',
      '/ping',
      '/saved',
      '/later',
      '/csp',
      '/captions.vtt',
      '/fetched-ahead',
      '/drawn-ahead',
      '/audio.js',
      '/imported.css',
    ])
      expect(arrived.map((line) => line.split(' ')[1])).toContain(path)
  })

  test.each(Object.entries(PEOPLE))('meets nothing: %s', async (_, options) => {
    const page = await open(options)
    await page.goto(`${base()}/`)
    await page.waitForTimeout(300)
    if (options.javaScriptEnabled !== false) await page.evaluate(DEEDS.json ?? '')
    await page.click('#link')
    await page.getByText('at second').waitFor()
    expect(weighed()).toEqual([])
  })

  test('with many tabs at once meets nothing', async () => {
    await open()
    const tabs = await Promise.all(Array.from({ length: 20 }, () => context?.newPage()))
    await Promise.all(tabs.map((tab, i) => tab?.goto(`${base()}/?tab=${i}`)))
    expect(weighed()).toEqual([])
  })
})

describe.runIf(hasChromium && isThorough)('a person who is asked once', { timeout: 90_000 }, () => {
  let browser: Browser
  let site: PeopleSite
  beforeAll(async () => {
    site = await openPeopleSite()
    browser = await openPeoplesBrowser()
  }, 60_000)
  afterAll(async () => {
    await browser.close()
    await site.close()
  })

  test.each(['managed_challenge', 'js_challenge', 'challenge'])(
    'by a rule (%s) has all of the site after that',
    async (action) => {
      const edge = await openPeoplesEdge(site, action)
      const context = await browser.newContext({ acceptDownloads: true })
      const page = await context.newPage()
      await useSite(page, edge.url.replace('127.0.0.1', 'localhost'))
      const asked = suspicions(edge.log.records())
      const cookies = await context.cookies()
      await context.close()
      await edge.stop()
      expect(asked).toEqual([
        'challenge rules.all GET / undefined',
        'respond route.own-endpoint POST /.sallyport/challenge undefined',
      ])
      expect(cookies.map(({ name }) => name)).toEqual(['sallyport-clearance'])
    },
  )

  describe('and', () => {
    let edge: OpenEdge
    let context: BrowserContext
    const base = (): string => edge.url.replace('127.0.0.1', 'localhost')
    beforeAll(async () => {
      edge = await openPeoplesEdge(site, 'managed_challenge')
    })
    afterAll(() => edge.stop())
    afterEach(() => context.close())

    test('has twenty tabs is in with all of them and one cookie', async () => {
      context = await browser.newContext()
      const tabs = await Promise.all(Array.from({ length: 20 }, () => context.newPage()))
      await Promise.all(
        tabs.map(async (tab, i) => {
          await tab.goto(`${base()}/second?tab=${i}`, { waitUntil: 'commit' })
          await tab.getByText('at second').waitFor()
        }),
      )
      expect(await context.cookies()).toHaveLength(1)
      // Nobody's telephone computes twenty times.
      const solved = edge.log
        .records()
        .filter(({ path, method }) => path === '/.sallyport/challenge' && method === 'POST')
      expect(solved.length).toBeLessThan(10)
      for (const tab of tabs) expect((await tab.reload())?.status()).toBe(200)
    })

    test('has JavaScript off presses a button, and again when the form was sent', async () => {
      context = await browser.newContext({ javaScriptEnabled: false })
      const page = await context.newPage()
      await page.goto(`${base()}/`)
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByText('at home').waitFor()
      await context.clearCookies()
      await page.click('#post button')
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('button', { name: 'Send' }).click()
      await page.getByText('at post').waitFor()
      expect(site.bodies.at(-1)).toBe('a=1')
    })

    test('loses the cookie in a page that calls is asked in a dialog', async () => {
      context = await browser.newContext()
      const page = await context.newPage()
      await page.goto(`${base()}/second`, { waitUntil: 'commit' })
      await page.getByText('at second').waitFor()
      await page.evaluate(
        "import('/.sallyport/challenge.js').then((m) => { window.call = m.sallyportFetch })",
      )
      await context.clearCookies()
      expect(await page.evaluate("fetch('/api').then((r) => r.status)")).toBe(403)
      expect(await page.evaluate("call('/api', { method: 'POST', body: 'x=1' }).then((r) => r.status)")).toBe(
        200,
      )
      expect(site.bodies.at(-1)).toBe('x=1')
    })

    test('whose clock is wrong is let in like others', async () => {
      context = await browser.newContext()
      const page = await context.newPage()
      await page.addInitScript('const now = Date.now; Date.now = () => now() - 864e6')
      await page.goto(`${base()}/second`, { waitUntil: 'commit' })
      await page.getByText('at second').waitFor()
    })

    test('keeps no cookies is told so, and is not kept in a loop', async () => {
      context = await openWithoutCookies()
      const page = await context.newPage()
      await page.goto(`${base()}/blocked`, { waitUntil: 'commit' })
      await page.getByText('This page needs cookies').waitFor()
      const asked = edge.log
        .records()
        .filter(({ action, path }) => action === 'challenge' && path === '/blocked')
      expect(asked.length).toBeLessThan(30)
    })
  })
})

/** Without a window, and with its own name: who tests a site of their own. */
describe.runIf(hasChromium && isThorough)(
  'a browser that says that it is driven',
  { timeout: 60_000 },
  () => {
    test('is asked for work once by the default policy, and has all of the site then', async () => {
      const site = await openPeopleSite()
      const edge = await openPeoplesEdge(site)
      const browser = await openBrowser()
      const page = await browser.newPage()
      await useSite(page, edge.url.replace('127.0.0.1', 'localhost'))
      const asked = suspicions(edge.log.records()).filter((line) => !line.startsWith('pass'))
      await browser.close()
      await edge.stop()
      await site.close()
      expect(asked.map((line) => line.split(' ').slice(0, 4).join(' '))).toEqual([
        'challenge bots.crawler.browser-automation GET /',
        'respond route.own-endpoint POST /.sallyport/challenge',
      ])
    })
  },
)

const PEOPLE: Readonly<Record<string, BrowserContextOptions>> = {
  'JavaScript off': { javaScriptEnabled: false },
  dark: { colorScheme: 'dark', forcedColors: 'active', reducedMotion: 'reduce' },
  'another language': { locale: 'ar-EG', timezoneId: 'Africa/Cairo' },
  'do not track': { extraHTTPHeaders: { dnt: '1', 'sec-gpc': '1' } },
  'a telephone': device('Pixel 7'),
  // Chromium says that a tablet is no telephone; Playwright's emulation says that it is.
  'a tablet': { ...device('Galaxy Tab S4'), isMobile: false },
  'a computer with Windows': device('Desktop Chrome'),
  Edge: device('Desktop Edge'),
}

/** Playwright knows devices with older versions of Chromium than the one that says of itself what it is. */
function device(name: string): BrowserContextOptions {
  const { userAgent = '', ...screen } = devices[name] ?? {}
  return { ...screen, userAgent: userAgent.replace(/(Chrome|Edg)\/[0-9.]+/g, `$1/${VERSION}.0.0.0`) }
}

async function openPeoplesEdge(site: PeopleSite, action?: string): Promise<OpenEdge> {
  const rule = `rules:\n  - { id: all, expression: 'true', action: ${action} }\n`
  return openEdge({
    files: {
      'routes/a.yaml': `routes:\n  - { id: site, hosts: [localhost, 127.0.0.1], path: /, forward: { origin: '${site.url}' } }\n`,
      'settings.yaml': 'records_per_second: 10000\n',
      'bots.yaml': BOTS,
      ...(action === undefined ? {} : { 'custom.yaml': rule }),
    },
  })
}

function suspicions(records: readonly LoggedLine[]): string[] {
  return records.flatMap(({ kind, action, rule, method, path, bot }) => {
    const { score, signals } = (bot ?? {}) as { score?: number; signals?: unknown }
    if (kind !== 'decision' || (action === 'pass' && !score)) return []
    return [`${action} ${rule ?? ''} ${method} ${path} ${JSON.stringify(signals)}`]
  })
}

async function useSite(page: Page, base: string): Promise<void> {
  await page.goto(`${base}/`, { waitUntil: 'commit' })
  await page.getByText('at home').waitFor()
  await page.waitForLoadState()
  // Chromium looks for the manifest when an app could be installed.
  const session = await page.context().newCDPSession(page)
  await session.send('Page.getAppManifest')
  for (const [name, deed] of Object.entries(DEEDS))
    expect.soft([name, await page.evaluate(deed)]).toEqual([name, 200])
  await page.click('#link')
  await page.getByText('at second').waitFor()
  await page.goBack()
  await page.goForward()
  await page.reload()
  await page.goBack()
  for (const [id, text] of [
    ['hop', 'at second'],
    ['bare', 'at second'],
    ['search button', 'at search'],
    ['post button', 'at post'],
    ['upload button', 'at post'],
  ]) {
    await page.goto(`${base}/`)
    await page.click(`#${id}`)
    await page.getByText(text ?? '').waitFor()
  }
  await page.goto(`${base}/`)
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('#window')])
  await popup.getByText('at second').waitFor()
  const [saved] = await Promise.all([page.waitForEvent('download'), page.click('#saved')])
  await saved.path()
}
