import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHROME_AGENT } from '../ingress/bots/signals/browser.ts'
import { ask, type Reply } from './exchange.ts'
import { type OpenEdge, openEdge, siteRoute } from './open-edge.ts'
import { openOrigin, type ScriptedOrigin } from './scripted-origin.ts'

const HANDSHAKE = {
  'user-agent': CHROME_AGENT,
  origin: 'https://app.example',
  upgrade: 'websocket',
  connection: 'Upgrade',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

let origin: ScriptedOrigin
beforeAll(async () => {
  origin = await openOrigin()
  origin.on('/none', (_, response) => {
    response.writeHead(404)
    response.end('nothing here')
  })
})
afterAll(() => origin.close())

describe.each(['enforce', 'log'])(
  'a WebSocket handshake that the origin answers with a page, in mode %s',
  (mode) => {
    let edge: OpenEdge
    beforeAll(async () => {
      const files = { 'routes/a.yaml': siteRoute(origin.url), 'bots.yaml': `mode: ${mode}\n` }
      edge = await openEdge({ files })
    })
    afterAll(() => edge.stop())
    const shake = (target: string): Promise<Reply> => ask(edge.url, { target, headers: HANDSHAKE })

    test('is no way around the score', async () => {
      const reply = await shake('/page')
      expect(reply.status).toBe(mode === 'enforce' ? 403 : 200)
      if (mode === 'enforce') expect(JSON.parse(reply.text)).toMatchObject({ rule: 'bots.not-upgraded' })
    })

    test('is told what went wrong as ever', async () => {
      expect(await shake('/none')).toMatchObject({ status: 404, text: 'nothing here' })
    })
  },
)
