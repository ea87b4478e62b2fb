import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkTemplate } from '../../src/http/challenge-template.ts'
import { MODEL } from '../ingress/challenge/open-challenge.ts'
import { openBrowser, openPage } from './browser.ts'
import { type ChallengeSite, openSite, type SiteTerms } from './challenge-site.ts'
import { hasChromium, isThorough } from './chromium.ts'

/** Where pictures of the pages go, when somebody wants to see them. */
const PICTURES = process.env.SALLYPORT_SCREENSHOTS

const TEMPLATE = `<!doctype html>
<html lang="{{lang}}" dir="{{dir}}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{title}} – Shop</title>
<style nonce="{{nonce}}">
  :root { color-scheme: light dark }
  body { font: 1rem/1.6 Georgia, serif; margin: 0; background: Canvas; color: CanvasText }
  header { padding: 1rem; border-bottom: 3px solid #b3261e }
  main { max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
</style>
<header><svg width="120" height="24" role="img" aria-label="The Shop"><text y="18" fill="currentColor">The Shop</text></svg></header>
<main>{{challenge}}</main>
</html>
`
/** Work that is not done while anybody looks. */
const HARD = { ...MODEL, bits: { least: 31, most: 31 } }
const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 }
const TURNSTILE = { ...MODEL, provider: { kind: 'turnstile', sitekey: '1x00' } } as const
/** Stands where a widget would be. */
const WIDGET = `window.turnstile = { render(box) { const it = document.createElement('button'); it.textContent = 'I am a person'; box.append(it) } }
sallyportWidget()`

interface Shown {
  readonly name: string
  readonly path?: string
  readonly terms?: Partial<SiteTerms>
  readonly options?: BrowserContextOptions
  /** As without JavaScript: the page's script is taken out, as axe needs the browser's own. */
  readonly isPlain?: boolean
  readonly act?: (page: Page, site: ChallengeSite) => Promise<unknown>
}

const working = (page: Page) => page.getByRole('progressbar').waitFor()
const buy = async (page: Page, site: ChallengeSite) => {
  await page.goto(`${site.url}/free/form`)
  await page.getByText('Buy').click()
  await page.getByRole('button').first().waitFor()
}

const SHOWN: readonly Shown[] = [
  { name: 'light', terms: { model: HARD }, act: working },
  { name: 'no-js', isPlain: true },
  { name: 'dark', terms: { model: HARD }, options: { colorScheme: 'dark' }, act: working },
  { name: 'rtl', terms: { model: HARD }, options: { locale: 'ar' }, act: working },
  { name: 'phone', terms: { model: HARD }, options: PHONE, act: working },
  { name: 'phone-no-js-rtl-dark', isPlain: true, options: { ...PHONE, locale: 'he', colorScheme: 'dark' } },
  { name: 'no-js-hard', terms: { level: 2 }, isPlain: true },
  { name: 'japanese', terms: { model: HARD }, options: { locale: 'ja' }, act: working },
  { name: 'kept-no-js', isPlain: true, act: buy },
  {
    name: 'resend-no-js',
    terms: { model: { ...MODEL, wait: 1 } },
    isPlain: true,
    async act(page, site) {
      await buy(page, site)
      await page.getByRole('button').click()
      await page.getByRole('button', { name: 'Send' }).waitFor()
    },
  },
  {
    name: 'cookies-blocked',
    terms: { forgets: true },
    act: (page) => page.getByText('This page needs cookies. Allow').waitFor(),
  },
  {
    name: 'provider',
    terms: { level: 3, model: TURNSTILE },
    act: (page) => page.getByText('I am a person').waitFor(),
  },
  { name: 'template', terms: { model: { ...HARD, template: TEMPLATE } }, act: working },
  {
    name: 'template-dark-no-js',
    terms: { model: { ...MODEL, template: TEMPLATE } },
    isPlain: true,
    options: { colorScheme: 'dark' },
  },
  { name: 'embed', path: '/.sallyport/challenge?level=2', terms: { model: HARD }, act: working },
  { name: 'refusal', path: '/refused' },
  { name: 'refusal-dark', path: '/refused', options: { colorScheme: 'dark' } },
]

async function takeScriptsOut(page: Page, { url }: ChallengeSite): Promise<void> {
  await page.route(`${url}/**`, async (route) => {
    const response = await route.fetch()
    const body = (await response.text()).replace(/<script[^>]*>[\s\S]*?<\/script>/g, '')
    await route.fulfill({ response, body })
  })
}

describe.runIf(hasChromium)('axe finds nothing wrong with', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
    if (PICTURES) await mkdir(PICTURES, { recursive: true })
  })
  afterAll(() => browser.close())

  test.each(SHOWN.slice(0, isThorough || PICTURES ? undefined : 2))('the page, $name', async (shown) => {
    const services = () => ({ isDown: () => false, check: async () => 'passed' as const })
    const site = await openSite(shown.terms, services)
    const context = await browser.newContext(shown.options)
    const { page, complaints } = await openPage(context)
    await page.route('https://challenges.cloudflare.com/**', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: WIDGET }),
    )
    if (shown.isPlain) await takeScriptsOut(page, site)
    await page.goto(site.url + (shown.path ?? '/page'), { waitUntil: 'commit' })
    await shown.act?.(page, site)
    await page.locator('h1').waitFor()
    await page.evaluate(axe.source)
    const found: axe.AxeResults = await page.evaluate('axe.run()')
    expect(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    expect(found.passes.map(({ id }) => id)).toContain('color-contrast')
    expect(complaints).toEqual([])
    if (PICTURES) await page.screenshot({ path: join(PICTURES, `${shown.name}.png`) })
    await context.close()
    await site.close()
  })

  test('a template that is taken', () => {
    expect(checkTemplate(TEMPLATE)).toBeUndefined()
  })
})
