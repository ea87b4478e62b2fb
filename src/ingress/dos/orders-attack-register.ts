/**
 * Attack states of the whole deployment: what each data centre's detection says, and what operators say.
 * @module
 */

import { describeAttacks, nameAttack as nameOf } from './orders-attacks.ts'
import type { OverrideRequest } from './orders-override.ts'
import { type AttackState, MAX_ATTACKS } from './watch-protocol.ts'

/** An operator's word about a route. */
export type Override = AttackState

export interface AttackRegister {
  /** Operators' first, then one for each route that is under attack anywhere. */
  list(now: number): readonly AttackState[]
  /** What a data centre says of its routes: all of it. Whether that changes the list. */
  report(colo: string, attacks: readonly AttackState[], now: number): boolean
  override(request: OverrideRequest, now: number): AttackState
  release(host: string, route: string, now: number): AttackState | undefined
  restore(override: Override, now: number): void
  /** Overrides that have changed since the last call, by name. */
  drain(): ReadonlyMap<string, Override | undefined>
}

/** Operators' words at the same time; the one that ends soonest, or else the oldest, gives way. */
export const MAX_OVERRIDES = 64
/** Cloudflare has about 350 data centres. */
const MAX_COLOS = 1024

const isOver = ({ until }: AttackState, now: number): boolean => until !== 0 && until <= now

export function createAttackRegister(): AttackRegister {
  const overrides = new Map<string, Override>()
  const changed = new Set<string>()
  const colos = new Map<string, readonly AttackState[]>()
  /** Names of what the list had of detection when it was last looked at. */
  let told = ''

  function drop(name: string): void {
    overrides.delete(name)
    changed.add(name)
  }

  function enter(state: Override, now: number): void {
    for (const [name, old] of overrides) if (isOver(old, now)) drop(name)
    const name = nameOf(state)
    // The newest of a map is the last one in it.
    overrides.delete(name)
    if (overrides.size >= MAX_OVERRIDES) drop(soonest())
    overrides.set(name, state)
  }

  function soonest(): string {
    const ends = (state: Override): number => (state.until === 0 ? Number.POSITIVE_INFINITY : state.until)
    const [first] = [...overrides.values()].sort((a, b) =>
      ends(a) < ends(b) ? -1 : Number(ends(a) > ends(b)),
    )
    return first ? nameOf(first) : ''
  }

  function detected(now: number): readonly AttackState[] {
    const byName = new Map<string, AttackState>()
    for (const attack of [...colos.values()].flat()) {
      const other = byName.get(nameOf(attack))
      if (!isOver(attack, now) && (other === undefined || other.until < attack.until))
        byName.set(nameOf(attack), attack)
    }
    return [...byName.values()].sort((a, b) => a.since - b.since).slice(0, MAX_ATTACKS - MAX_OVERRIDES)
  }

  return {
    list(now) {
      const ordered = [...overrides.values()].filter((state) => !isOver(state, now))
      return [...ordered, ...detected(now)]
    },
    report(colo, attacks, now) {
      colos.delete(colo)
      for (const [other, held] of colos) if (held.every((state) => isOver(state, now))) colos.delete(other)
      if (attacks.length > 0 && colos.size < MAX_COLOS) {
        const own = attacks.filter(({ by, state }) => by === 'detection' && state === 'on')
        colos.set(colo, own.slice(0, MAX_ATTACKS))
      }
      const names = describeAttacks(detected(now))
      if (names === told) return false
      told = names
      return true
    },
    override({ host, route, state, seconds, reason }, now) {
      const until = seconds === undefined ? 0 : now + seconds * 1000
      const override: Override = { host, route, state, by: 'operator', since: now, until, reason }
      enter(override, now)
      changed.add(nameOf(override))
      return override
    },
    release(host, route, now) {
      const name = nameOf({ host, route })
      const state = overrides.get(name)
      if (state === undefined) return undefined
      drop(name)
      return isOver(state, now) ? undefined : state
    },
    restore(override, now) {
      if (isOver(override, now)) changed.add(nameOf(override))
      else enter(override, now)
    },
    drain() {
      const drained = new Map([...changed].map((name) => [name, overrides.get(name)] as const))
      changed.clear()
      return drained
    },
  }
}
