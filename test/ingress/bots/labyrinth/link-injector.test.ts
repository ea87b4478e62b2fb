/** The link in pages, in the runtime that will put it there. */
import { createServer } from 'node:http'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COMPATIBILITY } from '../../../../src/cli/local/edge.ts'
import { portOf } from '../../../origin/apps.ts'

/** Answers as the origin does, with the link in it. */
const WORKER = `
import { injectLink } from './src/ingress/bots/labyrinth/link-injector.ts'
export default {
  async fetch(request) {
    const page = await fetch(request.headers.get('x-origin'))
    return new Response(injectLink(page.body, '/catalogue/ab/'), page)
  },
}`

const LINK =
  '<dialog hidden inert aria-hidden="true"><a href="/catalogue/ab/" rel="nofollow" tabindex="-1">Catalogue</a></dialog>'

let runtime: Miniflare | undefined
/** What the origin sends. */
let sent: { readonly body: string | Uint8Array; readonly encoding?: string } = { body: '' }
const origin = createServer((_request, response) => {
  const { body, encoding } = sent
  response.setHeader('content-type', 'text/html')
  if (encoding) response.setHeader('content-encoding', encoding)
  response.end(body)
})

beforeAll(async () => {
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve))
  const resolveDir = new URL('../../../..', import.meta.url).pathname
  const { outputFiles } = await build({
    stdin: { contents: WORKER, resolveDir, loader: 'ts' },
    bundle: true,
    format: 'esm',
    write: false,
  })
  runtime = new Miniflare(
    convertV4MiniflareOptions({
      log: new Log(LogLevel.NONE),
      modules: [{ type: 'ESModule', path: 'worker.mjs', contents: outputFiles[0]?.text ?? '' }],
      compatibilityDate: COMPATIBILITY.date,
      compatibilityFlags: [...COMPATIBILITY.flags],
    }),
  )
  await runtime.ready
})
afterAll(async () => {
  await runtime?.dispose()
  origin.close()
})

async function send(body: string | Uint8Array, encoding?: string): Promise<string> {
  sent = { body, ...(encoding ? { encoding } : {}) }
  const response = await runtime?.dispatchFetch('https://a.example/', {
    headers: { 'x-origin': `http://127.0.0.1:${portOf(origin)}/` },
  })
  return (await response?.text()) ?? ''
}

describe('the hidden link', () => {
  test.each([
    ['behind the page', '<!doctype html>\n<p>a', `<!doctype html>\n<p>a${LINK}`],
    ['in a page without a doctype', '<html><body>a</body></html>', `<html><body>a</body></html>${LINK}`],
    ['in a page without html', ' <BODY>a', ` <BODY>a${LINK}`],
    ['in a page behind a comment', '<!-- a --><!DOCTYPE html><p>', `<!-- a --><!DOCTYPE html><p>${LINK}`],
    ['in a page with a byte order mark', '\ufeff<!doctype html>', `\ufeff<!doctype html>${LINK}`],
    ['once', '<body>a</body><body>b</body>', `<body>a</body><body>b</body>${LINK}`],
    ['in no fragment', '<p>a</p>', '<p>a</p>'],
    ['in no JSON', '{"page":"<html><body>"}', '{"page":"<html><body>"}'],
    ['in no empty answer', '', ''],
  ])('is %s', async (_, page, linked) => {
    // The mark is taken off where a text is read.
    expect(await send(page)).toBe(linked.replace('\ufeff', ''))
  })

  test.each([
    ['cells without end tags', '<tr><td>a<td>b'.repeat(50_000)],
    ['elements within one another', '<div>'.repeat(100_000)],
    ['a picture in an attribute', `<img src="data:image/png;base64,${'A'.repeat(6_000_000)}">`],
    ['a long comment', `<!--${'a'.repeat(6_000_000)}-->`],
  ])('leaves a page with %s whole', async (_, content) => {
    const page = `<!doctype html><body>${content}`
    expect((await send(page)) === page + LINK).toBe(true)
  })

  test('comes into encoded pages, too', async () => {
    const page = '<body>é</body>'
    expect(await send(gzipSync(page), 'gzip')).toBe(`<body>é</body>${LINK}`)
    expect(await send(brotliCompressSync(page), 'br')).toBe(`<body>é</body>${LINK}`)
  })
})
