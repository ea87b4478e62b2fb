/**
 * Bans of a running edge: listed, made, lifted.
 * @module
 */
import { isBan } from '../../ingress/dos/orders-shape.ts'
import type { Ban } from '../../ingress/dos/watch-protocol.ts'
import type { OperatorFlags } from '../operator/operator-target.ts'
import { readAnswer } from '../operator/read-answer.ts'
import { type OperatorShell, readFor, runOperator, UsageError } from '../operator/run-operator.ts'
import { renderBan, renderBans } from './render-bans.ts'

export interface ListFlags extends OperatorFlags {
  readonly by?: string
}

export interface AddFlags extends OperatorFlags {
  readonly for: string
  readonly action: string
  readonly level?: string
  readonly reason?: string
}

export interface LiftFlags extends OperatorFlags {
  readonly level?: string
}

const SOURCES: readonly string[] = ['operator', 'limit', 'detection']
const BAN_ID = /^[0-9a-f]{16}$/

/** Resolves to the exit code, like the others here. */
export function listBans(flags: ListFlags, shell: OperatorShell): Promise<number> {
  return runOperator('bans list', flags, shell, async (client) => {
    const { by } = flags
    if (by !== undefined && !SOURCES.includes(by))
      throw new UsageError(`--by takes one of ${SOURCES.join(', ')}.`)
    const all = readAnswer(await client.call('GET', '/bans'), 'bans', isBan)
    const bans = by === undefined ? all : all.filter((ban) => ban.by === by)
    return { answer: { bans }, text: renderBans(bans, client.url, shell.now()) }
  })
}

export function addBan(who: string, flags: AddFlags, shell: OperatorShell): Promise<number> {
  return runOperator('bans add', flags, shell, async (client) => {
    const { level, action, reason } = flags
    const [ban] = readAnswer(
      await client.call('POST', '/bans', {
        key: who,
        action,
        seconds: readFor(flags.for),
        ...(level === undefined ? {} : { level }),
        ...(reason === undefined ? {} : { reason }),
      }),
      'ban',
      isBan,
    )
    return { answer: { ban }, text: ban ? `Banned: ${renderBan(ban, shell.now())}` : 'Banned.' }
  })
}

/** @param who The id of a ban, or its key; with a level it is a key. */
export function liftBan(who: string, flags: LiftFlags, shell: OperatorShell): Promise<number> {
  return runOperator('bans lift', flags, shell, async (client) => {
    const isId = BAN_ID.test(who) && flags.level === undefined
    const query = new URLSearchParams(isId ? { id: who } : { key: who })
    if (flags.level !== undefined) query.set('level', flags.level)
    const lifted = readAnswer(await client.call('DELETE', `/bans?${query}`), 'lifted', isBan)
    return { answer: { lifted }, text: describeLifted(lifted, shell.now()) }
  })
}

const HOLDS = 'Detection and limits leave it alone for ten minutes.'

function describeLifted(lifted: readonly Ban[], now: number): string {
  if (lifted.length === 0) return `Was not banned by itself; a wider ban may hold it. ${HOLDS}`
  return [...lifted.map((ban) => `Lifted: ${renderBan(ban, now)}`), HOLDS].join('\n')
}
