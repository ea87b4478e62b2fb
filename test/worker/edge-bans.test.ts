import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { switchAttack } from '../../src/cli/attack/execute-attack.ts'
import { addBan, liftBan, listBans } from '../../src/cli/bans/execute-bans.ts'
import { type LocalEdge, startLocalEdge } from '../../src/cli/local/edge.ts'
import { createLocalKeys, createOperatorToken } from '../../src/cli/local/keys.ts'
import { createOperatorShell } from '../cli/operator/open-operator.ts'
import { ask, problemOf } from './exchange.ts'
import { compile, siteRoute } from './open-edge.ts'
import { openOrigin, type ScriptedOrigin } from './scripted-origin.ts'

let origin: ScriptedOrigin
let edge: LocalEdge
const token = createOperatorToken()
const { shell, printed } = createOperatorShell({ SALLYPORT_OPERATOR_TOKEN: token })

beforeAll(async () => {
  origin = await openOrigin()
  edge = await startLocalEdge({
    bundle: await compile({ 'routes/a.yaml': siteRoute(origin.url) }),
    keys: createLocalKeys().edge,
    operatorToken: token,
    host: '127.0.0.1',
    port: 0,
  })
})
afterAll(async () => {
  await edge.stop()
  await origin.close()
})

const from = (client: string, target = '/') =>
  ask(edge.url, { target, headers: { 'sallyport-simulate': client } })

describe('a ban that an operator makes', () => {
  const flags = (): { url: string; for: string; action: string } => ({
    url: edge.url,
    for: '1h',
    action: 'block',
  })

  test('holds at the next request, is shown, and ends when it is lifted', async () => {
    expect((await from('ip=192.0.2.50')).status).toBe(200)
    expect(await addBan('192.0.2.50', flags(), shell)).toBe(0)
    const refused = await from('ip=192.0.2.50')
    expect(refused.status).toBe(403)
    expect(problemOf(refused)).toMatchObject({ rule: 'dos.ban', stage: 'dos' })
    expect((await from('ip=192.0.2.51')).status).toBe(200)
    printed()
    await listBans(flags(), shell)
    expect(printed()).toContain('192.0.2.50')
    expect(await liftBan('192.0.2.50', flags(), shell)).toBe(0)
    expect((await from('ip=192.0.2.50')).status).toBe(200)
  })

  test('of a network or an AS holds for all of it', async () => {
    await addBan('198.51.100.0/24', flags(), shell)
    await addBan('AS64500', flags(), shell)
    expect((await from('ip=198.51.100.77')).status).toBe(403)
    expect((await from('ip=203.0.113.1; asn=64500')).status).toBe(403)
    expect((await from('ip=203.0.113.1; asn=64501')).status).toBe(200)
  })

  test('of the operator can be lifted by the operator', async () => {
    await addBan('127.0.0.1', flags(), shell)
    expect((await ask(edge.url, { target: '/' })).status).toBe(403)
    expect(await liftBan('127.0.0.1', flags(), shell)).toBe(0)
    expect((await ask(edge.url, { target: '/' })).status).toBe(200)
  })
})

test('attack mode that an operator holds on asks for a challenge, and off asks for none', async () => {
  const flags = { url: edge.url, host: '127.0.0.1', route: 'site' }
  await switchAttack('on', flags, shell)
  expect(problemOf(await from('ip=192.0.2.60'))).toMatchObject({ rule: 'dos.attack-mode' })
  await switchAttack('off', flags, shell)
  expect((await from('ip=192.0.2.60')).status).toBe(200)
})

test('the API is an endpoint of the edge’s own, closed without the token', async () => {
  const refused = await ask(edge.url, { target: '/.sallyport/api/bans' })
  expect(refused.status).toBe(401)
  expect(problemOf(refused)).toMatchObject({ rule: 'route.operator-token' })
})
