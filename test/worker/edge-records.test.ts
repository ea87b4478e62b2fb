import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from './exchange.ts'
import { type LoggedLine, type OpenEdge, openEdge, siteRoute } from './open-edge.ts'
import { openOrigin, type ScriptedOrigin } from './scripted-origin.ts'

let origin: ScriptedOrigin
let edge: OpenEdge

const MORE = `  - { id: old, hosts: [127.0.0.1], exact: /old, redirect: { location: /new } }
`

beforeAll(async () => {
  origin = await openOrigin()
  edge = await openEdge({
    files: {
      'routes/a.yaml': siteRoute(origin.url, MORE),
      'settings.yaml': 'records_per_second: 5\n',
      'access.yaml': 'guards:\n  - { id: eu, paths: [/eu], allow: { countries: [FR] } }\n',
    },
  })
})
afterAll(async () => {
  await edge.stop()
  await origin.close()
})

async function recordOf(sent: Parameters<typeof ask>[1]): Promise<LoggedLine> {
  const id = (await ask(edge.url, sent)).headers['sallyport-request-id']
  return edge.log.find(({ request_id }) => request_id === id)
}

const ANY_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)

describe('a decision record', () => {
  test('of a pass has these fields and no query', async () => {
    const headers = {
      'sallyport-simulate': 'ip=2001:db8::1; country=DE; asn=64500; colo=FRA',
      cookie: 's=hunter2',
    }
    const record = await recordOf({ target: '/%61?token=hunter2', headers })
    expect(record).toEqual({
      kind: 'decision',
      time: ANY_TIME,
      request_id: expect.any(String),
      action: 'pass',
      status: 200,
      method: 'GET',
      host: new URL(edge.url).host,
      path: '/a',
      client: { ip: '2001:db8::1', country: 'DE', asn: 64500, colo: 'FRA' },
      route: 'site',
      policy: expect.stringMatching(/^[0-9a-f]{16}$/),
      duration_ms: expect.any(Number),
    })
  })

  test('of a refusal says stage, rule, reason and how to allow it', async () => {
    const record = await recordOf({ method: 'POST', target: '/a%2fb?c', body: 'hunter2' })
    expect(record).toMatchObject({
      action: 'block',
      stage: 'hygiene',
      rule: 'hygiene.encoded-slash',
      reason: expect.stringContaining('%2F'),
      fix: expect.stringContaining('relax'),
      status: 400,
      method: 'POST',
      path: '/a%2Fb',
    })
  })

  test('of a refused country says so', async () => {
    const record = await recordOf({
      target: '/eu',
      headers: { 'sallyport-simulate': 'ip=192.0.2.1; country=US' },
    })
    expect(record).toMatchObject({ action: 'block', stage: 'access', rule: 'access.eu', status: 403 })
  })

  test('of a redirect names the route', async () => {
    expect(await recordOf({ target: '/old' })).toMatchObject({
      action: 'redirect',
      stage: 'route',
      rule: 'route.old',
      status: 308,
    })
  })

  test('of an unknown host has no route', async () => {
    const record = await recordOf({ headers: { host: 'other.example' } })
    expect(record).toMatchObject({ action: 'block', rule: 'route.unknown-host', host: 'other.example' })
    expect(record).not.toHaveProperty('route')
  })

  test('has the status of the origin', async () => {
    origin.on('/teapot', (_request, response) => response.writeHead(418).end())
    expect(await recordOf({ target: '/teapot' })).toMatchObject({ action: 'pass', status: 418 })
  })

  test('holds a bounded part of a long path', async () => {
    const record = await recordOf({ target: `/${'p'.repeat(3000)}` })
    expect(String(record.path)).toHaveLength(512)
  })

  test('holds nothing of query, cookies or content', () => {
    expect(edge.log.lines.join('\n')).not.toContain('hunter2')
    expect(edge.log.lines.join('\n')).not.toContain('token')
  })
})

describe('under a flood', () => {
  test('records are sampled, and written and left out add up to what was sent', async () => {
    const SENT = 300
    const target = '/flood/%00'
    const before = edge.log.records().length
    await Promise.all(Array.from({ length: SENT }, () => ask(edge.url, { target })))
    const since = (): readonly LoggedLine[] => edge.log.records().slice(before)
    const written = (): number => since().filter(({ rule }) => rule === 'hygiene.nul').length
    const leftOut = (): number =>
      since()
        .filter(({ kind }) => kind === 'left-out')
        .reduce((sum, { counts }) => sum + ((counts as Record<string, number>)['hygiene.nul'] ?? 0), 0)
    await edge.log.find(() => written() + leftOut() >= SENT)
    expect(written() + leftOut()).toBe(SENT)
    // A few seconds at most, each with five records.
    expect(written()).toBeLessThan(SENT / 2)
    expect(written()).toBeGreaterThanOrEqual(5)
  })
})
