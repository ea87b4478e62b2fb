import { describe, expect, test } from 'vitest'
import type { DosModel } from '../../../src/bundle/dos-model.ts'
import type { Mode } from '../../../src/http/decision.ts'
import type { RequestFacts } from '../../../src/http/facts.ts'
import { createBanTable } from '../../../src/ingress/dos/ban-table.ts'
import { createDosStage, type DosStage, type DosStageOptions } from '../../../src/ingress/dos/dos-stage.ts'
import type { AttackState, Ban } from '../../../src/ingress/dos/watch-protocol.ts'
import { makeBan, makeFacts, NOW } from './make-ban.ts'
import { defaults } from './traffic-world.ts'

const HOST = 'www.example.com'
const attack: AttackState = {
  host: HOST,
  route: 'site',
  state: 'on',
  by: 'detection',
  since: NOW,
  until: NOW + 60_000,
  reason: 'It takes too much.',
}

interface Given {
  readonly bans?: readonly Ban[]
  readonly attacks?: readonly AttackState[]
  readonly model?: Partial<DosModel>
  readonly mode?: Mode
  readonly cleared?: boolean
  readonly isCleared?: DosStageOptions['isCleared']
}

function open(given: Given): DosStage {
  const { bans = [], attacks = [], model = {}, mode = 'enforce', cleared = false } = given
  const table = createBanTable()
  table.apply({ revision: 1, bans, attacks }, NOW)
  const isCleared = given.isCleared ?? (() => cleared)
  return createDosStage({ ...defaults, ...model }, { mode, bans: table, isCleared })
}

const check = (given: Given, facts: RequestFacts = makeFacts({ ip: '192.0.2.1' }), route = 'site') =>
  open(given).check(facts, route, NOW)

describe('a ban', () => {
  test('keeps a client out, and says until when and how an operator ends it', () => {
    const { terminal, logged } = check({ bans: [makeBan({ id: '00000000000000ab', until: NOW + 59_001 })] })
    expect(terminal).toMatchObject({
      action: 'block',
      stage: 'dos',
      rule: 'dos.ban',
      status: 403,
      mode: 'enforce',
      retryAfter: 60,
    })
    expect(terminal?.fix).toContain('sallyport bans lift 00000000000000ab')
    expect(logged).toEqual([])
  })

  test('is about nobody else', () => {
    expect(check({ bans: [makeBan()] }, makeFacts({ ip: '192.0.2.2' }))).toEqual({ logged: [] })
  })

  test('answers with the policy’s status', () => {
    expect(
      check({ bans: [makeBan()], model: { bans: { mode: 'enforce', status: 451 } } }).terminal?.status,
    ).toBe(451)
  })

  test('that challenges lets those pass who have solved one, and takes solutions', () => {
    const bans = [makeBan({ action: 'challenge' })]
    expect(check({ bans }).terminal).toMatchObject({ action: 'challenge', rule: 'dos.ban', status: 403 })
    expect(check({ bans, cleared: true }).terminal).toBeUndefined()
    const solution = makeFacts({ ip: '192.0.2.1', path: '/.sallyport/challenge' })
    expect(check({ bans }, solution).terminal).toBeUndefined()
  })

  test('that blocks is not passed by a solved challenge, nor on the way to one', () => {
    const bans = [makeBan()]
    expect(check({ bans, cleared: true }).terminal?.action).toBe('block')
    const solution = makeFacts({ ip: '192.0.2.1', path: '/.sallyport/challenge' })
    expect(check({ bans }, solution).terminal?.action).toBe('block')
  })

  test('does not keep an operator from lifting it', () => {
    const facts = makeFacts({ ip: '192.0.2.1', path: '/.sallyport/api/bans' })
    expect(check({ bans: [makeBan()] }, facts).terminal).toBeUndefined()
  })

  test('that only logs is listed, and so is any in mode log', () => {
    expect(check({ bans: [makeBan({ action: 'log' })] })).toMatchObject({
      logged: [{ rule: 'dos.ban', mode: 'log' }],
    })
    const tried = [{ mode: 'log' as const }, { model: { bans: { mode: 'log' as const, status: 403 } } }]
    for (const given of tried) {
      const result = check({ bans: [makeBan()], ...given })
      expect(result.terminal).toBeUndefined()
      expect(result.logged).toMatchObject([{ action: 'block', mode: 'log' }])
    }
  })

  test('is not looked for in mode off', () => {
    expect(check({ bans: [makeBan()], attacks: [attack], mode: 'off' })).toEqual({ logged: [] })
  })
})

describe('attack mode', () => {
  test('asks who comes for a challenge, on the routes that are attacked', () => {
    const given = { attacks: [attack] }
    expect(check(given).terminal).toMatchObject({
      action: 'challenge',
      rule: 'dos.attack-mode',
      stage: 'dos',
    })
    expect(check(given, undefined, 'other').terminal).toBeUndefined()
    expect(open(given).isAttacked(HOST, 'site', NOW)).toBe(true)
    expect(open(given).isAttacked(HOST, 'other', NOW)).toBe(false)
  })

  test('lets those pass who have solved one', () => {
    expect(check({ attacks: [attack], cleared: true })).toEqual({ logged: [] })
  })

  test('and bans that challenge ask for work: to have waited is not enough', () => {
    const levels: number[] = []
    const isCleared = (_facts: RequestFacts, _now: number, level: number): boolean => {
      levels.push(level)
      return false
    }
    for (const given of [{ attacks: [attack] }, { bans: [makeBan({ action: 'challenge' })] }]) {
      const { terminal } = open({ ...given, isCleared }).check(makeFacts({ ip: '192.0.2.1' }), 'site', NOW)
      expect(terminal?.level).toBe(2)
    }
    expect(levels).toEqual([2, 2])
  })

  test('leaves files alone that programs read by agreement', () => {
    for (const path of ['/robots.txt', '/.well-known/acme-challenge/x'])
      expect(check({ attacks: [attack] }, makeFacts({ path })).terminal).toBeUndefined()
  })

  test('leaves the edge’s own pages and preflights alone', () => {
    for (const path of ['/.sallyport/challenge', '/.sallyport/health', '/.sallyport/api/attack'])
      expect(check({ attacks: [attack] }, makeFacts({ path })).terminal).toBeUndefined()
    const fields: Record<string, string> = {
      origin: 'https://a.example',
      'access-control-request-method': 'PUT',
    }
    const preflight = {
      ...makeFacts(),
      method: 'OPTIONS',
      headers: { get: (name: string) => fields[name] } as RequestFacts['headers'],
    }
    expect(check({ attacks: [attack] }, preflight).terminal).toBeUndefined()
  })

  test('held off by an operator asks nobody', () => {
    const off: AttackState = { ...attack, state: 'off', by: 'operator', until: 0 }
    expect(check({ attacks: [attack, off] })).toEqual({ logged: [] })
  })

  test('that only logs, by its action or its mode, asks nobody and presses no limit', () => {
    const asked = [{ action: 'log' as const }, { mode: 'log' as const }]
    for (const change of asked) {
      const given = { attacks: [attack], model: { attack_mode: { ...defaults.attack_mode, ...change } } }
      expect(check(given)).toMatchObject({ logged: [{ rule: 'dos.attack-mode', mode: 'log' }] })
      expect(check(given).terminal).toBeUndefined()
    }
    const model = { attack_mode: { ...defaults.attack_mode, mode: 'log' as const } }
    expect(open({ attacks: [attack], model }).isAttacked(HOST, 'site', NOW)).toBe(false)
  })

  test('comes after bans that only log, and tells of both', () => {
    const result = check({ attacks: [attack], bans: [makeBan({ action: 'log' })] })
    expect(result).toMatchObject({ terminal: { rule: 'dos.attack-mode' }, logged: [{ rule: 'dos.ban' }] })
  })
})

test('with nothing in force the answer is the shared one, which allocates nothing', () => {
  expect(check({})).toBe(check({}))
})
