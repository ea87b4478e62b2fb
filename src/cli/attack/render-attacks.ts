/**
 * Attack states for people.
 * @module
 */
import type { AttackState } from '../../ingress/dos/watch-protocol.ts'
import { toPlainText } from '../explain/plain-text.ts'
import { formatTimeLeft } from '../operator/time-left.ts'

const MAX_NAME = 100
const MAX_REASON = 200

/** `route site of www.example.com`, `all routes of all hosts`. */
export function describePlace({ host, route }: Pick<AttackState, 'host' | 'route'>): string {
  const which = route === '' ? 'all routes' : `route ${toPlainText(route, MAX_NAME)}`
  return `${which} of ${host === '' ? 'all hosts' : toPlainText(host, MAX_NAME)}`
}

export function renderAttack(attack: AttackState, now: number): string {
  const { state, by, since, until, reason } = attack
  const left = until === 0 ? 'until it is taken back' : `${formatTimeLeft(until - now)} left`
  const start = new Date(since).toISOString()
  const held = by === 'operator' ? `held ${state} by an operator` : `${state} by detection`
  return `${describePlace(attack)}: ${held} since ${start}, ${left}: ${toPlainText(reason, MAX_REASON)}`
}

export function renderAttacks(attacks: readonly AttackState[], place: string, now: number): string {
  if (attacks.length === 0) return `No route is under attack at ${place}, and none is held on or off.`
  return [`Attack mode at ${place}`, ...attacks.map((attack) => `  ${renderAttack(attack, now)}`)].join('\n')
}
