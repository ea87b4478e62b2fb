import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FACTOR } from '../../../src/ingress/dos/ban-escalation.ts'
import { type BanRegister, createBanRegister, MEMORY, PARDON } from '../../../src/ingress/dos/ban-register.ts'
import type { Source } from '../../../src/ingress/dos/ban-sources.ts'
import { MAX_BANS } from '../../../src/ingress/dos/watch-protocol.ts'
import { makeBan, NOW } from './make-ban.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

const keysOf = (register: BanRegister, now: number): readonly string[] =>
  register.list(now).map(({ key }) => key)

/** Seconds that each of the repeated bans of one source lasts, each coming right after the end of the last. */
function repeat(times: number, longest = DAY): readonly number[] {
  const register = createBanRegister()
  let now = NOW
  return Array.from({ length: times }, () => {
    register.report(makeBan({ created: now, until: now + MINUTE }), longest, now)
    const [ban] = register.list(now)
    const length = (ban?.until ?? 0) - now
    now += length
    return length / 1000
  })
}

describe('the register of bans', () => {
  test('lists a ban until it ends', () => {
    const register = createBanRegister()
    expect(register.report(makeBan({ until: NOW + MINUTE }), DAY, NOW)).toBe(true)
    expect(keysOf(register, NOW + MINUTE - 1)).toEqual(['192.0.2.1'])
    expect(keysOf(register, NOW + MINUTE)).toEqual([])
  })

  test('keeps a source that comes again longer each time, up to the longest', () => {
    expect(repeat(4)).toEqual([60, 60 * FACTOR, 60 * FACTOR ** 2, 60 * FACTOR ** 3])
    expect(repeat(4, 10 * MINUTE)).toEqual([60, 240, 600, 600])
  })

  test('forgets a source that has not come again for a day', () => {
    const register = createBanRegister()
    register.report(makeBan({ until: NOW + MINUTE }), DAY, NOW)
    const later = NOW + MINUTE + MEMORY
    register.report(makeBan({ created: later, until: later + MINUTE }), DAY, later)
    expect(register.list(later)[0]).toMatchObject({ strikes: 1, until: later + MINUTE })
  })

  test('does not take a data centre’s own strikes for new ones', () => {
    const register = createBanRegister()
    register.report(makeBan({ strikes: 3, until: NOW + 16 * MINUTE }), DAY, NOW)
    expect(register.list(NOW)[0]).toMatchObject({ strikes: 3, until: NOW + 16 * MINUTE })
  })

  test('changes nothing when the same ban is reported again', () => {
    const register = createBanRegister()
    const ban = makeBan()
    expect(register.report(ban, DAY, NOW)).toBe(true)
    expect(register.report(ban, DAY, NOW + 10)).toBe(false)
    expect(register.report(makeBan({ until: ban.until + 1000 }), DAY, NOW + 10)).toBe(false)
    expect(register.list(NOW)[0]?.strikes).toBe(1)
  })

  test('takes over the later end and the stronger action of another data centre', () => {
    const register = createBanRegister()
    register.report(makeBan({ action: 'challenge' }), DAY, NOW)
    expect(register.report(makeBan({ action: 'block', until: NOW + 5 * MINUTE }), DAY, NOW)).toBe(true)
    expect(register.list(NOW)[0]).toMatchObject({ action: 'block', until: NOW + 5 * MINUTE, strikes: 1 })
  })

  test('lets an operator’s ban stand against detection', () => {
    const register = createBanRegister()
    register.order(makeBan({ by: 'operator', action: 'log' }), NOW)
    expect(register.report(makeBan({ action: 'block', until: NOW + DAY }), DAY, NOW)).toBe(false)
    expect(register.list(NOW)[0]).toMatchObject({ by: 'operator', action: 'log' })
  })

  test('keeps detection from banning again whom an operator has let go, and only for a while', () => {
    const register = createBanRegister()
    const ban = makeBan({ until: NOW + DAY })
    register.report(ban, DAY, NOW)
    expect(register.lift(ban, NOW)).toMatchObject({ key: '192.0.2.1' })
    expect(register.pardons(NOW)).toEqual([{ level: 'address', key: '192.0.2.1', until: NOW + PARDON }])
    expect(register.report(makeBan({ until: NOW + DAY }), DAY, NOW + PARDON - 1)).toBe(false)
    expect(register.report(makeBan({ until: NOW + DAY }), DAY, NOW + PARDON)).toBe(true)
    expect(register.list(NOW + PARDON)[0]?.strikes).toBe(1)
  })

  test('lets an operator ban whom an operator has let go', () => {
    const register = createBanRegister()
    register.lift(makeBan(), NOW)
    register.order(makeBan({ by: 'operator' }), NOW)
    expect(keysOf(register, NOW)).toEqual(['192.0.2.1'])
    expect(register.pardons(NOW)).toEqual([])
  })

  test('is full at a bound; what ends soonest gives way, an operator’s last', () => {
    const register = createBanRegister()
    register.order(makeBan({ key: '198.51.100.1', by: 'operator', until: NOW + 1 }), NOW)
    for (let n = 1; n < MAX_BANS; n++)
      register.report(makeBan({ key: `10.0.${n >> 8}.${n & 255}`, until: NOW + MINUTE + n }), DAY, NOW)
    expect(keysOf(register, NOW)).toHaveLength(MAX_BANS)
    register.report(makeBan({ key: '203.0.113.1', until: NOW + 2 * MINUTE }), DAY, NOW)
    const keys = keysOf(register, NOW)
    expect(keys).toHaveLength(MAX_BANS)
    expect(keys).toContain('203.0.113.1')
    expect(keys).toContain('198.51.100.1')
    expect(keys).not.toContain('10.0.0.1')
  })

  test('gives no operator’s ban up for one of detection', () => {
    const register = createBanRegister()
    for (let n = 0; n < MAX_BANS; n++)
      register.order(makeBan({ key: `10.0.${n >> 8}.${n & 255}`, by: 'operator' }), NOW)
    expect(register.report(makeBan({ key: '203.0.113.1', until: NOW + DAY }), DAY, NOW)).toBe(false)
    register.order(makeBan({ key: '203.0.113.1', by: 'operator', until: NOW + DAY }), NOW)
    expect(keysOf(register, NOW)).toHaveLength(MAX_BANS)
    expect(keysOf(register, NOW)).toContain('203.0.113.1')
  })

  test('stays bounded under sources that never come again', () => {
    const register = createBanRegister()
    const written = new Set<string>()
    for (let n = 0; n < 3 * MAX_BANS; n++) {
      const now = NOW + n * 1000
      register.report(
        makeBan({ key: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, until: now + 10_000 }),
        DAY,
        now,
      )
      if (n % 100 !== 0) continue
      for (const [name, source] of register.drain()) {
        if (source) written.add(name)
        else written.delete(name)
      }
    }
    expect(written.size).toBeLessThanOrEqual(2 * MAX_BANS + 100)
    expect(written.size).toBeGreaterThan(MAX_BANS)
  })
})

describe('what the register has to write', () => {
  const act = fc.record({
    what: fc.constantFrom('report', 'order', 'lift'),
    host: fc.integer({ min: 1, max: 4 }),
    life: fc.integer({ min: 1, max: 200_000 }),
    pause: fc.integer({ min: 0, max: 100_000 }),
  })

  test('is enough to be the same again, whatever has happened', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (acts, rhythm) => {
        const register = createBanRegister()
        const rows = new Map<string, Source>()
        let now = NOW
        const flush = (): void => {
          for (const [name, source] of register.drain()) {
            if (source) rows.set(name, JSON.parse(JSON.stringify(source)))
            else rows.delete(name)
          }
        }
        for (const [index, { what, host, life, pause }] of acts.entries()) {
          now += pause
          const ban = makeBan({ key: `192.0.2.${host}`, created: now, until: now + life })
          if (what === 'lift') register.lift(ban, now)
          else if (what === 'order') register.order({ ...ban, by: 'operator' }, now)
          else register.report(ban, DAY, now)
          if (index % rhythm === 0) flush()
        }
        flush()
        const again = createBanRegister()
        for (const source of rows.values()) again.restore(source, now)
        expect(
          again
            .list(now)
            .map(({ id }) => id)
            .sort(),
        ).toEqual(
          register
            .list(now)
            .map(({ id }) => id)
            .sort(),
        )
        expect(again.pardons(now)).toHaveLength(register.pardons(now).length)
        for (let host = 1; host <= 4; host++) {
          const ban = makeBan({ key: `192.0.2.${host}`, created: now, until: now + 1000 })
          again.report(ban, DAY, now)
          register.report(ban, DAY, now)
        }
        const strikes = (of: BanRegister): readonly string[] =>
          of
            .list(now)
            .map(({ key, strikes }) => `${key} ${strikes}`)
            .sort()
        expect(strikes(again)).toEqual(strikes(register))
      }),
      { numRuns: 300 },
    )
  })

  test('is nothing after it was written, and nothing of what was read back', () => {
    const register = createBanRegister()
    register.report(makeBan(), DAY, NOW)
    const [[name, source] = []] = register.drain()
    expect(name).toBe('address 192.0.2.1')
    expect(register.drain().size).toBe(0)
    const again = createBanRegister()
    if (source) again.restore(source, NOW)
    expect(again.drain().size).toBe(0)
  })

  test('takes away what is over by the time it is read back', () => {
    const register = createBanRegister()
    register.report(makeBan(), DAY, NOW)
    const again = createBanRegister()
    for (const source of register.drain().values()) if (source) again.restore(source, NOW + 3 * DAY)
    expect([...again.drain()]).toEqual([['address 192.0.2.1', undefined]])
  })
})
