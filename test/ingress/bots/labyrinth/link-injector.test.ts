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
    return injectLink(new HTMLRewriter(), '/catalogue/ab/').transform(new Response(page.body, page))
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
    [
      'at the end of the body',
      '<html><body><p>a</p></body></html>',
      `<html><body><p>a</p>${LINK}</body></html>`,
    ],
    ['at the very end without end tags', '<html><body><p>a', `<html><body><p>a${LINK}`],
    ['once', '<body>a</body><body>b</body>', `<body>a${LINK}</body><body>b</body>`],
    ['in no fragment', '<p>a</p>', '<p>a</p>'],
    ['in no script', '<script>"<body></body>"</script>', '<script>"<body></body>"</script>'],
    ['in no empty answer', '', ''],
  ])('is %s', async (_, page, linked) => {
    expect(await send(page)).toBe(linked)
  })

  test('comes into encoded pages, too', async () => {
    const page = '<body>é</body>'
    expect(await send(gzipSync(page), 'gzip')).toBe(`<body>é${LINK}</body>`)
    expect(await send(brotliCompressSync(page), 'br')).toBe(`<body>é${LINK}</body>`)
  })
})
