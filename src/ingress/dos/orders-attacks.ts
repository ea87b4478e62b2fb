/**
 * Which of the attack states is about a host's route, and what they are together.
 * @module
 */
import { type AttackState, MAX_ATTACKS } from './watch-protocol.ts'

/**
 * An operator's before detection's; of one kind the one that names the route, then the one that names the host.
 * Those that have ended are not looked at.
 */
export function findAttack(
  attacks: readonly AttackState[],
  host: string,
  route: string,
  now: number,
): AttackState | undefined {
  let found: AttackState | undefined
  let best = -1
  for (const attack of attacks) {
    if (attack.host !== '' && attack.host !== host) continue
    if (attack.route !== '' && attack.route !== route) continue
    if (attack.until !== 0 && attack.until <= now) continue
    const rank =
      (attack.by === 'operator' ? 4 : 0) + (attack.route === '' ? 0 : 2) + (attack.host === '' ? 0 : 1)
    if (rank <= best) continue
    best = rank
    found = attack
  }
  return found
}

/** Names a host's route, for maps: neither hosts nor ids of routes have spaces in them. */
export function nameAttack({ host, route }: Pick<AttackState, 'host' | 'route'>): string {
  return `${host} ${route}`
}

/** The same text for what means the same: reasons have figures in them that always change. */
export function describeAttacks(attacks: readonly AttackState[]): string {
  return attacks
    .map((attack) => `${nameAttack(attack)} ${attack.until}`)
    .sort()
    .join('\n')
}

/** What control says, and what this data centre has found that control has not heard of, or not so late an end. */
export function mergeAttacks(
  heard: readonly AttackState[],
  found: readonly AttackState[],
): readonly AttackState[] {
  const own = new Map(found.map((attack) => [nameAttack(attack), attack]))
  const others = heard.filter(
    (attack) => attack.by === 'operator' || attack.until > (own.get(nameAttack(attack))?.until ?? 0),
  )
  const known = new Set(others.filter(({ by }) => by === 'detection').map(nameAttack))
  return [...others, ...found.filter((attack) => !known.has(nameAttack(attack)))].slice(0, MAX_ATTACKS)
}
