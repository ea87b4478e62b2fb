/**
 * Who is banned stays out, and what is under attack is open to browsers that solve a challenge.
 * @module
 */
import type { DosModel } from '../../bundle/dos-model.ts'
import { capMode, type Decision, type Mode, NOTHING, type StageResult } from '../../http/decision.ts'
import type { RequestFacts } from '../../http/facts.ts'
import { CHALLENGE_PATH, type ChallengeLevel } from '../challenge/offer.ts'
import { isUnchallengeable as isLeftAlone } from '../challenge/request-kind.ts'
import type { AttackState, Ban } from './watch-protocol.ts'

export interface DosStage {
  /** @param route Id of the route, empty when there is none. @param now Milliseconds since the epoch. */
  check(facts: RequestFacts, route: string, now: number): StageResult
  /** Whether a route is treated more strictly now. */
  isAttacked(host: string, route: string, now: number): boolean
}

/** The orders that are in force: `BanTable`, as far as the stage asks it. */
export interface OrdersInForce {
  find(facts: RequestFacts, now: number): Ban | undefined
  attackOf(host: string, route: string, now: number): AttackState | undefined
}

export interface DosStageOptions {
  /** Of the whole stage. */
  readonly mode: Mode
  readonly bans: OrdersInForce
  readonly isCleared: (facts: RequestFacts, now: number, level: ChallengeLevel) => boolean
  /** What nobody could answer a challenge for; well-known files and preflights unless said otherwise. */
  readonly isUnchallengeable?: (facts: RequestFacts) => boolean
}

/** The edge's own pages stand above attack mode: one of them takes the solutions. */
const OWN_PREFIX = '/.sallyport/'
/** Operators must be able to lift a ban of themselves; whoever has no token gets nothing there. */
const API_PREFIX = '/.sallyport/api/'
/** The status of a challenge's answer: no HTTP cache keeps it, and clients that are no browsers see a refusal. */
const CHALLENGED = 403
/** A flood comes again in no time: whoever asks to be let in has to work for it. */
const LEVEL = 2

const REASONS: Readonly<Record<Ban['by'], string>> = {
  operator: 'The client is banned by the owner of this site.',
  limit: 'The client is banned for a while: it has been over a limit again and again.',
  detection: 'The client is banned for a while: it is part of a flood.',
}

export function createDosStage(model: DosModel, options: DosStageOptions): DosStage {
  const { mode, bans, isCleared, isUnchallengeable = isLeftAlone } = options
  const banMode = capMode(model.bans.mode, mode)
  const attackMode = capMode(model.attack_mode.mode, mode)
  const attacked = attackDecision(attackMode === 'enforce' && model.attack_mode.action !== 'log')

  /** Whether there is no use in a challenge: it is solved, or could not be. */
  const isExcused = (facts: RequestFacts, now: number): boolean =>
    isUnchallengeable(facts) || isCleared(facts, now, LEVEL)

  function checkBan(facts: RequestFacts, now: number): Decision | undefined {
    const { path } = facts.target
    const ban = bans.find(facts, now)
    if (ban === undefined || path.startsWith(API_PREFIX)) return undefined
    // The challenge's own page and script are below the same name.
    const isSolving = path.startsWith(CHALLENGE_PATH)
    if (ban.action === 'challenge' && (isSolving || isExcused(facts, now))) return undefined
    return banDecision(ban, banMode === 'enforce', model.bans.status, now)
  }

  function checkAttack(facts: RequestFacts, route: string, now: number): Decision | undefined {
    if (bans.attackOf(facts.host.name, route, now)?.state !== 'on') return undefined
    if (facts.target.path.startsWith(OWN_PREFIX) || isExcused(facts, now)) return undefined
    return attacked
  }

  return {
    check(facts, route, now) {
      const banned = banMode === 'off' ? undefined : checkBan(facts, now)
      if (banned?.mode === 'enforce') return { terminal: banned, logged: NOTHING.logged }
      const attack = attackMode === 'off' ? undefined : checkAttack(facts, route, now)
      if (banned === undefined && attack === undefined) return NOTHING
      const before = banned === undefined ? NOTHING.logged : [banned]
      if (attack === undefined) return { logged: before }
      return attack.mode === 'enforce'
        ? { terminal: attack, logged: before }
        : { logged: [...before, attack] }
    },
    isAttacked: (host, route, now) =>
      attackMode === 'enforce' && bans.attackOf(host, route, now)?.state === 'on',
  }
}

function banDecision(ban: Ban, isEnforced: boolean, status: number, now: number): Decision {
  const common = {
    stage: 'dos',
    rule: 'dos.ban',
    reason: REASONS[ban.by],
    fix: `End it with \`sallyport bans lift ${ban.id}\`, or set bans.mode in rules/dos.yaml to log.`,
    mode: isEnforced && ban.action !== 'log' ? 'enforce' : 'log',
  } as const
  if (ban.action === 'challenge')
    return {
      ...common,
      action: 'challenge',
      status: CHALLENGED,
      challenge: 'managed_challenge',
      level: LEVEL,
    }
  const retryAfter = Math.max(1, Math.ceil((ban.until - now) / 1000))
  return { ...common, action: 'block', status, retryAfter }
}

function attackDecision(isEnforced: boolean): Decision {
  return Object.freeze({
    action: 'challenge',
    stage: 'dos',
    rule: 'dos.attack-mode',
    reason: 'This part of the site is under attack, and asks its visitors to solve a challenge first.',
    fix: 'End it with `sallyport attack off`, or set attack_mode.mode in rules/dos.yaml to log.',
    mode: isEnforced ? 'enforce' : 'log',
    status: CHALLENGED,
    challenge: 'managed_challenge',
    level: LEVEL,
  })
}
