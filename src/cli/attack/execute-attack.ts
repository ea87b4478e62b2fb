/**
 * Attack mode of a running edge: shown, held on or off, left to detection.
 * @module
 */
import { isAttack } from '../../ingress/dos/orders-shape.ts'
import type { OperatorFlags } from '../operator/operator-target.ts'
import { readAnswer } from '../operator/read-answer.ts'
import { type OperatorShell, readFor, runOperator } from '../operator/run-operator.ts'
import { describePlace, renderAttack, renderAttacks } from './render-attacks.ts'

export interface PlaceFlags extends OperatorFlags {
  readonly host?: string
  readonly route?: string
}

export interface SwitchFlags extends PlaceFlags {
  readonly for?: string
  readonly reason?: string
}

/** Resolves to the exit code, like the others here. */
export function showAttacks(flags: OperatorFlags, shell: OperatorShell): Promise<number> {
  return runOperator('attack status', flags, shell, async (client) => {
    const attacks = readAnswer(await client.call('GET', '/attack'), 'attacks', isAttack)
    return { answer: { attacks }, text: renderAttacks(attacks, client.url, shell.now()) }
  })
}

export function switchAttack(state: 'on' | 'off', flags: SwitchFlags, shell: OperatorShell): Promise<number> {
  return runOperator(`attack ${state}`, flags, shell, async (client) => {
    const { host, route, reason } = flags
    const answer = await client.call('PUT', '/attack', {
      state,
      ...(host === undefined ? {} : { host }),
      ...(route === undefined ? {} : { route }),
      ...(flags.for === undefined ? {} : { seconds: readFor(flags.for) }),
      ...(reason === undefined ? {} : { reason }),
    })
    const [attack] = readAnswer(answer, 'attack', isAttack)
    return { answer: { attack }, text: attack ? renderAttack(attack, shell.now()) : 'Set.' }
  })
}

export function releaseAttack(flags: PlaceFlags, shell: OperatorShell): Promise<number> {
  return runOperator('attack auto', flags, shell, async (client) => {
    const { host = '', route = '' } = flags
    const query = new URLSearchParams({ host, route })
    const [attack] = readAnswer(await client.call('DELETE', `/attack?${query}`), 'attack', isAttack)
    const place = describePlace({ host, route })
    const text = attack
      ? `Left to detection again: ${place}.`
      : `Nothing was set for ${place}; see \`sallyport attack status\`.`
    return { answer: { attack: attack ?? null }, text }
  })
}
