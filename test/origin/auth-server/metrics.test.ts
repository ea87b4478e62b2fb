import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHistogram } from '../../../src/origin/auth-server/histogram.ts'
import { createMetrics } from '../../../src/origin/auth-server/metrics.ts'
import { type AuthServer, startAuthServer } from '../../../src/origin/auth-server/start.ts'
import { NOW } from '../../signature/fixtures.ts'
import { HMAC_KEY } from '../../signature/keys-fixture.ts'
import { sendFromEdge, setField } from '../edge.ts'
import { sendRaw } from '../raw-client.ts'
import { ask, askAs, portIn } from './ask.ts'

const PORT = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const

describe('a histogram', () => {
  test('counts a value in the first bucket it fits in and all that follow', () => {
    const histogram = createHistogram([1, 2, 5])
    for (const value of [-3, 1, 1.5, 5, 6]) histogram.add(value)
    expect(histogram.render('x')).toBe(
      'x_bucket{le="1"} 2\nx_bucket{le="2"} 3\nx_bucket{le="5"} 4\nx_bucket{le="+Inf"} 5\nx_sum 10.5\nx_count 5\n',
    )
  })
})

describe('the metrics', () => {
  test('each line is Prometheus’ text format, each name described once', () => {
    const metrics = createMetrics(() => NOW)
    metrics.observe({ ok: false, status: 403, failure: 'mac' }, 0.03)
    metrics.observe({ ok: false, status: 403, failure: 'mac' }, 0.03)
    metrics.observe({ ok: true, signed: false }, 0.03)
    metrics.countMalformed()
    const text = metrics.render({
      keySetVersion: 2,
      keys: 3,
      replayBytes: 4_194_304,
      unlogged: 9,
    })
    const sample = /^[a-z_]+(\{[a-z]+="[^"\\\n]*"(,[a-z]+="[^"\\\n]*")*\})? -?[0-9.e+-]+$/
    const names: string[] = []
    for (const line of text.trimEnd().split('\n')) {
      if (line.startsWith('# TYPE ')) names.push(line.split(' ')[2] ?? '')
      if (!line.startsWith('#')) expect(line).toMatch(sample)
    }
    expect(new Set(names).size).toBe(names.length)
    expect(text).toContain('sallyport_decisions_total{result="refused",failure="mac"} 2\n')
    expect(text).toContain('sallyport_decisions_total{result="unsigned"} 1\n')
    expect(text).toContain('sallyport_malformed_total 1\n')
    expect(text).toContain('sallyport_decision_seconds_bucket{le="0.00002"} 0\n')
    expect(text).toContain('sallyport_decision_seconds_bucket{le="0.00005"} 3\n')
    expect(text).toContain('sallyport_key_set_version 2\n')
    expect(text).toContain('sallyport_keys 3\n')
    expect(text).toContain('sallyport_replay_bytes 4194304\n')
    expect(text).toContain('sallyport_unlogged_total 9\n')
  })
})

describe('the admin address', () => {
  let server: AuthServer
  let now = NOW
  const get = (path: string, method = 'GET'): ReturnType<typeof sendRaw> =>
    sendRaw(
      portIn(server.adminAddress ?? ''),
      `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    )
  beforeAll(async () => {
    server = await startAuthServer({
      mode: 'nginx-auth-request',
      listen: PORT,
      admin: PORT,
      facts: [],
      verifier: {
        keys: { keys: [HMAC_KEY] },
        authority: 'origin.example',
        now: () => now,
        unsigned: { paths: ['/healthz'] },
      },
      readGauges: () => ({ keySetVersion: 1, keys: 1 }),
    })
  })
  afterAll(() => server.close())

  test('tells health and metrics, and nothing else', async () => {
    expect(await get('/healthz')).toMatchObject({ status: 200, body: 'ok\n' })
    expect((await get('/')).status).toBe(404)
    expect((await get('/metrics', 'POST')).status).toBe(405)
    expect((await get('/metrics', 'HEAD')).body).toBe('')
  })

  test('shows decisions, the drift of the clocks, and no secret', async () => {
    const intact = await sendFromEdge({ created: NOW })
    now = NOW + 4
    const door = 'nginx-auth-request'
    expect((await ask(server.address, askAs(door, intact))).status).toBe(200)
    await ask(server.address, askAs(door, intact))
    await ask(server.address, askAs(door, setField(intact, 'Sallyport-Verdict', 'x')))
    const probe = { method: 'GET', target: '/healthz', fields: ['Host', 'x'] }
    await ask(server.address, askAs(door, probe))
    await ask(server.address, probe)
    await sendRaw(portIn(server.address), 'nonsense\r\n\r\n')
    const { head, body } = await get('/metrics')
    expect(head).toContain('content-type: text/plain; version=0.0.4')
    for (const line of [
      'sallyport_decisions_total{result="signed"} 1',
      'sallyport_decisions_total{result="unsigned"} 1',
      'sallyport_decisions_total{result="refused",failure="replayed"} 1',
      'sallyport_decisions_total{result="refused",failure="mac"} 1',
      'sallyport_decisions_total{result="refused",failure="original-missing"} 1',
      'sallyport_malformed_total 1',
      'sallyport_signature_age_seconds_bucket{le="2"} 0',
      'sallyport_signature_age_seconds_bucket{le="5"} 1',
      'sallyport_decision_seconds_count 5',
      'sallyport_keys 1',
    ]) {
      expect(body).toContain(`${line}\n`)
    }
    expect(body).not.toContain(HMAC_KEY.kid)
  })

  test('cannot be reached through the address that clients reach', async () => {
    for (const target of ['/metrics', '/healthz']) {
      const { status, body } = await ask(server.address, { method: 'GET', target, fields: ['Host', 'x'] })
      expect(status).toBe(403)
      expect(body).not.toContain('sallyport_')
    }
  })

  test('that cannot be had stops the start, and frees the other', async () => {
    const taken = { ...PORT, port: portIn(server.adminAddress ?? '') }
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-admin-'))
    const path = join(folder, 'auth.sock')
    const verifier = { keys: { keys: [HMAC_KEY] }, authority: 'origin.example' }
    const listen = { kind: 'unix', path } as const
    const start = startAuthServer({ mode: 'caddy', listen, admin: taken, facts: [], verifier })
    await expect(start).rejects.toThrow('is taken')
    expect(existsSync(path)).toBe(false)
    rmSync(folder, { recursive: true })
  })
})
