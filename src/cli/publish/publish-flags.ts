/**
 * What `sallyport publish` is told on the command line, checked.
 * @module
 */
import type { KillSwitch } from '../../bundle/delivery.ts'
import type { PublicationAction } from '../../bundle/next-pointer.ts'
import type { TargetFlags } from './target.ts'

/** As commander hands them over. */
export interface RawPublishFlags extends TargetFlags {
  readonly shadow?: boolean
  readonly percent?: string
  readonly promote?: boolean
  readonly rollback?: string
  readonly kill?: string
  readonly unkill?: string
  readonly policy?: string
  readonly message?: string
  readonly expires?: string
  readonly replace?: boolean
  readonly dryRun?: boolean
  /** `false` for --no-test. */
  readonly test?: boolean
  /** A URL, `true` for the one of the local run, `false` for not waiting. */
  readonly wait?: string | boolean
  readonly timeout: string
}

export interface PublishFlags {
  readonly action: PublicationAction
  /** The folder, when one was named. */
  readonly policy: string | undefined
  readonly message: string | undefined
  /** Seconds that the pointer may be adopted; absent: for ever. */
  readonly expires?: number
  readonly replace: boolean
  readonly dryRun: boolean
  /** The policy's own tests stand in the way of its publication. */
  readonly test: boolean
  /** URL of an edge to wait for; `undefined`: that of the local run, if it is the target. */
  readonly wait: string | undefined | false
  /** Seconds. */
  readonly timeout: number
}

const STAGES: readonly KillSwitch[] = ['hygiene', 'access', 'rules', 'limits', 'dos', 'bots']
const MAX_MESSAGE = 200
const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 }

function isStage(text: string): text is KillSwitch {
  return STAGES.some((stage) => stage === text)
}

function readWhole(text: string, most: number): number | undefined {
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(value) && value <= most ? value : undefined
}

function readSwitch(kind: 'kill' | 'unkill', stage: string): PublicationAction | string {
  return isStage(stage) ? { kind, stage } : `--${kind} takes one of the stages ${STAGES.join(', ')}.`
}

/** The one action asked for, or what is wrong. */
function readAction(raw: RawPublishFlags): PublicationAction | string {
  const { shadow, percent, promote, rollback, kill, unkill } = raw
  const given = [shadow, percent, promote, rollback, kill, unkill].filter((flag) => flag !== undefined)
  if (given.length > 1) return 'Give one of --shadow, --percent, --promote, --rollback, --kill and --unkill.'
  if (shadow) return { kind: 'shadow' }
  if (promote) return { kind: 'promote' }
  if (percent !== undefined) {
    const share = readWhole(percent, 100)
    return share === undefined
      ? '--percent takes a whole number from 0 to 100.'
      : { kind: 'percent', percent: share }
  }
  if (rollback !== undefined) {
    const serial = readWhole(rollback, Number.MAX_SAFE_INTEGER)
    return serial ? { kind: 'rollback', serial } : '--rollback takes a serial: sallyport status lists them.'
  }
  if (kill !== undefined) return readSwitch('kill', kill)
  if (unkill !== undefined) return readSwitch('unkill', unkill)
  return { kind: 'publish' }
}

function readDuration(text: string): number | undefined {
  const [, count = '', unit = ''] = /^([1-9][0-9]{0,4})([mhd])$/.exec(text) ?? []
  const seconds = Number(count) * (UNITS[unit] ?? 0)
  return seconds > 0 ? seconds : undefined
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text)
}

/** The flags, or one sentence that says what is wrong and what to write. */
export function readPublishFlags(raw: RawPublishFlags): PublishFlags | string {
  const action = readAction(raw)
  if (typeof action === 'string') return action
  const takesPolicy = action.kind === 'publish' || action.kind === 'shadow' || action.kind === 'percent'
  if (!takesPolicy && raw.policy !== undefined)
    return `--policy has no meaning with --${action.kind}: it changes what is published already.`
  if (raw.message !== undefined && (raw.message.length > MAX_MESSAGE || /\p{Cc}/u.test(raw.message)))
    return `--message takes one line of at most ${MAX_MESSAGE} characters.`
  const expires = raw.expires === undefined ? undefined : readDuration(raw.expires)
  if (raw.expires !== undefined && expires === undefined)
    return '--expires takes minutes, hours or days, as 30m, 12h or 7d.'
  const timeout = readWhole(raw.timeout, 3600)
  if (!timeout) return '--timeout takes seconds from 1 to 3600.'
  if (typeof raw.wait === 'string' && !isWebAddress(raw.wait))
    return '--wait takes the URL of the edge, as https://www.example.com.'
  if (raw.wait === true && (raw.remote || raw.wranglerLocal))
    return '--wait needs the URL of the edge here, as --wait https://www.example.com.'
  return {
    action,
    policy: raw.policy,
    message: raw.message,
    ...(expires === undefined ? {} : { expires }),
    replace: raw.replace === true,
    dryRun: raw.dryRun === true,
    test: raw.test !== false,
    wait: raw.wait === true ? undefined : raw.wait,
    timeout,
  }
}
