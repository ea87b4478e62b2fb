/**
 * Counts the requests about whose client a log says too little.
 * @module
 */
import type { PolicyModel } from '../../bundle/model.ts'
import { capMode } from '../../http/decision.ts'
import { listUnjudged } from './judged-signals.ts'
import type { Verdict } from './tally.ts'

export interface BotGaps {
  note(verdict: Verdict): void
  /** One sentence each. */
  warnings(): readonly string[]
}

const SILENT: BotGaps = { note: () => {}, warnings: () => [] }
const MAX_NAMES = 5

function list(names: Iterable<string>): string {
  const all = [...names]
  return `${all.slice(0, MAX_NAMES).join(', ')}${all.length > MAX_NAMES ? `, and ${all.length - MAX_NAMES} more` : ''}`
}

export function createBotGaps(model: PolicyModel): BotGaps {
  const { bots, settings } = model
  if (bots === undefined || capMode(bots.mode, settings.stages.bots ?? 'enforce') === 'off') return SILENT
  const unjudged = listUnjudged(model)
  const agents = new Set<string>()
  let judged = 0
  let unproved = 0
  return {
    note({ bot }) {
      if (bot === undefined) return
      judged++
      const { agent, verdict } = bot
      if (agent === undefined || (verdict?.kind !== 'pending' && verdict?.kind !== 'unverifiable')) return
      const { signature, ranges, dns } = agent.proof
      if (signature.length + ranges.length + dns.length === 0) return
      unproved++
      agents.add(agent.name)
    },
    warnings() {
      const told: string[] = []
      if (judged > 0 && unjudged.length > 0)
        told.push(
          `signals of bots that no log tells (${judged}×): ${list(unjudged)}; they count nothing here, and the edge may ask for a challenge where this does not`,
        )
      if (unproved > 0)
        told.push(
          `agents that may prove at the edge who they are, by signature, host name or a newer list (${unproved}×): ${list(agents)}`,
        )
      return told
    },
  }
}
