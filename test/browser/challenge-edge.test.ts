import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OpenEdge, openEdge, siteRoute } from '../worker/open-edge.ts'
import { openOrigin, type ScriptedOrigin } from '../worker/scripted-origin.ts'
import { openBrowser, openPage } from './browser.ts'
import { hasChromium } from './chromium.ts'

/** What the edge itself does of all this: the pages have their own tests. */
describe.runIf(hasChromium)('a browser that is challenged at the edge', () => {
  let origin: ScriptedOrigin
  let edge: OpenEdge
  let browser: Browser
  beforeAll(async () => {
    origin = await openOrigin()
    origin.on('/page', (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end('<!doctype html><title>x</title><p>behind the door')
    })
    origin.on('/free', (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end(
        '<!doctype html><form method="post" action="/page?a=1"><input name="b" value="c&d"><button>Send it</button></form>',
      )
    })
    const rule =
      'rules:\n  - { id: all, expression: \'http.request.uri.path ne "/free"\', action: managed_challenge }\n'
    edge = await openEdge({
      files: {
        'routes/a.yaml': siteRoute(origin.url),
        'custom.yaml': rule,
        'bots.yaml': 'mode: off\nchallenge: {wait: 1s}\n',
      },
    })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await edge.stop()
    await origin.close()
  })

  test('solves the page by itself and gets where it wanted to go', async () => {
    const { page, complaints } = await openPage(await browser.newContext())
    await page.goto(`${edge.url}/page`, { waitUntil: 'commit' })
    await page.getByText('behind the door').waitFor()
    const actions = edge.log.records().map(({ action, rule }) => [action, rule])
    expect(actions.slice(0, 3)).toEqual([
      ['challenge', 'rules.all'],
      ['respond', 'route.own-endpoint'],
      ['pass', undefined],
    ])
    expect(complaints).toEqual([])
  })

  test.each([true, false])(
    'that has sent a form loses none of it, JavaScript %s',
    async (javaScriptEnabled) => {
      const { page } = await openPage(await browser.newContext({ javaScriptEnabled }))
      await page.goto(`${edge.url}/free`)
      await page.getByText('Send it').click()
      if (!javaScriptEnabled) {
        await page.getByRole('button', { name: 'Continue' }).click()
        await page.getByRole('button', { name: 'Send' }).click()
      }
      await page.getByText('behind the door').waitFor()
      const arrived = origin.arrived.filter(({ method }) => method === 'POST').at(-1)
      expect([arrived?.target, String(await arrived?.body)]).toEqual(['/page?a=1', 'b=c%26d'])
      origin.arrived.length = 0
    },
  )
})
