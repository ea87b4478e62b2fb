import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OpenEdge, openEdge, siteRoute } from '../worker/open-edge.ts'
import { openOrigin, type ScriptedOrigin } from '../worker/scripted-origin.ts'
import { hasChromium, runChromium } from './chromium.ts'

describe.runIf(hasChromium)('a challenged browser', () => {
  let origin: ScriptedOrigin
  let edge: OpenEdge
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sallyport-challenge-'))
    origin = await openOrigin()
    origin.on('/page', (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end('<!doctype html><title>x</title><p>behind the door')
    })
    origin.on('/free', (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end(
        '<!doctype html><form method="post" action="/posted"></form><script>document.forms[0].submit()</script>',
      )
    })
    origin.on('/posted', (incoming, response) => {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end(`<!doctype html><title>x</title><p>came with ${incoming.method}`)
    })
    const rule =
      'rules:\n  - { id: all, expression: \'http.request.uri.path ne "/free"\', action: managed_challenge }\n'
    edge = await openEdge({ files: { 'routes/a.yaml': siteRoute(origin.url), 'custom.yaml': rule } })
  })
  afterAll(async () => {
    await edge.stop()
    await origin.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('solves the page by itself and gets where it wanted to go', async () => {
    const profile = `--user-data-dir=${join(folder, 'profile')}`
    const args = [profile, '--enable-logging=stderr', '--virtual-time-budget=15000', '--dump-dom']
    const { stdout, stderr } = await runChromium([...args, `${edge.url}/page`])
    expect(stdout).toContain('behind the door')
    expect(stderr).not.toMatch(/Content.Security.Policy|Refused to apply/i)
    const actions = edge.log.records().map(({ action, rule }) => [action, rule])
    expect(actions.slice(0, 3)).toEqual([
      ['challenge', 'rules.all'],
      ['respond', 'route.own-endpoint'],
      ['pass', undefined],
    ])
  })

  test('that has sent a form is led back to the page of the form', async () => {
    const profile = `--user-data-dir=${join(folder, 'another')}`
    const args = [profile, '--enable-logging=stderr', '--virtual-time-budget=15000', '--dump-dom']
    const { stdout, stderr } = await runChromium([...args, `${edge.url}/free`])
    expect(stdout).toContain('came with GET')
    expect(stderr).not.toMatch(/Content.Security.Policy|Refused to apply/i)
  })
})
