/**
 * What is known of a client in the words of records and of the signed verdict.
 * @module
 */
import type { Assessment, Signal } from './assessment.ts'

/** `bot` of a decision record. Names and numbers of ours only, and of the catalogue: nothing that the client wrote. */
export interface BotRecord {
  /** It says that it is automated. */
  readonly declared?: true
  readonly agent?: string
  readonly class?: string
  readonly verdict?: 'verified' | 'spoofed' | 'pending' | 'unverifiable'
  /** By what means it was verified, or found to be spoofed. */
  readonly method?: string
  readonly score: number
  readonly band: string
  /** Weights by id of the signal; absent when there are none. */
  readonly signals?: Readonly<Record<string, number>>
}

export function recordAssessment(assessment: Assessment): BotRecord {
  const { declared, agent, verdict, score, band, signals } = assessment
  return {
    ...(declared ? { declared } : {}),
    ...(agent === undefined ? {} : { agent: agent.name, class: agent.class }),
    ...(verdict === undefined ? {} : { verdict: verdict.kind }),
    ...(verdict !== undefined && 'method' in verdict ? { method: verdict.method } : {}),
    score,
    band,
    ...(signals.length === 0 ? {} : { signals: Object.fromEntries(signals.map((s) => [s.id, s.weight])) }),
  }
}

/** Characters that the signed verdict has for a client. */
const MAX_TEXT = 128

/** The heaviest signals that fit, in that order. */
function listSignals(signals: readonly Signal[], room: number): string {
  let text = ''
  for (const { id } of signals.toSorted((a, b) => b.weight - a.weight)) {
    const longer = text === '' ? id : `${text},${id}`
    if (longer.length > room) break
    text = longer
  }
  return text === '' ? '-' : text
}

/**
 * `<verdict> <band> <score> <signals> <agent>`, with `none` or `-` for what there is not. Signals that do not fit
 * into 128 characters are left out; the agent's name is last, as it may have spaces.
 */
export function describeAssessment({ verdict, band, score, signals, agent }: Assessment): string {
  const start = `${verdict?.kind ?? 'none'} ${band} ${score} `
  const end = ` ${agent?.name ?? '-'}`
  const room = MAX_TEXT - start.length - end.length
  return `${start}${listSignals(signals, room)}${end}`
}
