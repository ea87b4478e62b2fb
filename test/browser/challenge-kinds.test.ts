import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser } from './browser.ts'
import { type ChallengeSite, openSite } from './challenge-site.ts'
import { hasChromium, isThorough } from './chromium.ts'

/** Makes a request of its kind for the path `/of/<name>`. */
const KINDS: Readonly<Record<string, string>> = {
  fetch: 'fetch(url)',
  'fetch-html': "fetch(url, { headers: { accept: 'text/html' } })",
  'fetch-no-cors': "fetch(url, { mode: 'no-cors' })",
  'fetch-post': "fetch(url, { method: 'POST', body: new FormData() })",
  'fetch-put': "fetch(url, { method: 'PUT' })",
  'fetch-range': "fetch(url, { headers: { range: 'bytes=0-9' } })",
  xhr: "const x = new XMLHttpRequest(); x.open('GET', url); x.send()",
  beacon: "navigator.sendBeacon(url, 'x')",
  'event-source': 'new EventSource(url)',
  image: 'new Image().src = url',
  style: "add('link', { rel: 'stylesheet', href: url })",
  script: "add('script', { src: url })",
  module: "add('script', { type: 'module', src: url })",
  'import-call': 'import(url).catch(() => {})',
  font: "new FontFace('x', 'url(' + url + ')').load().catch(() => {})",
  audio: "add('audio', { src: url, preload: 'auto' })",
  video: "add('video', { src: url, preload: 'auto' })",
  object: "add('object', { data: url })",
  embed: "add('embed', { src: url })",
  worker: 'new Worker(url)',
  'service-worker': 'navigator.serviceWorker.register(url).catch(() => {})',
  preload: "add('link', { rel: 'preload', as: 'image', href: url })",
  prefetch: "add('link', { rel: 'prefetch', href: url })",
}
const PROGRAM = `const add = (name, fields) => { const it = Object.assign(document.createElement(name), fields); document.body.append(it); return it }`

describe.runIf(hasChromium && isThorough)('a real browser gets', () => {
  let browser: Browser
  let site: ChallengeSite
  let page: Page
  beforeAll(async () => {
    browser = await openBrowser()
    site = await openSite()
    page = await browser.newPage()
  })
  afterAll(async () => {
    await browser.close()
    await site.close()
  })

  test('HTML for no request but its navigations', async () => {
    await page.goto(`${site.url}/free/x`)
    for (const [name, program] of Object.entries(KINDS))
      await page.evaluate(`(() => { ${PROGRAM}; const url = '/of/${name}'; ${program} })()`)
    const asked = Object.keys(KINDS)
    await expect
      .poll(() => asked.filter((name) => !site.types.has(`/of/${name}`)), { timeout: 20_000 })
      .toEqual([])
    const types = asked.map((name) => site.types.get(`/of/${name}`))
    expect(new Set(types)).toEqual(new Set(['application/problem+json']))
  })

  test('the page in a frame of the site, where it solves itself', async () => {
    await page.goto(`${site.url}/free/x`)
    await page.evaluate(`${PROGRAM}; void add('iframe', { src: '/in/frame' })`)
    await page.frameLocator('iframe').getByText('behind the door').waitFor()
  })

  test('the page through a service worker', async () => {
    const tab = await (await browser.newContext()).newPage()
    await tab.goto(`${site.url}/free/x`)
    await tab.evaluate(`navigator.serviceWorker.register('/free/worker.js', { scope: '/' })
      .then(() => new Promise((resolve) => navigator.serviceWorker.controller ? resolve() : navigator.serviceWorker.oncontrollerchange = resolve))`)
    await tab.goto(`${site.url}/through/worker`, { waitUntil: 'commit' })
    await tab.getByText('behind the door').waitFor()
    expect(site.passed).toContain('GET /through/worker')
  })
})
