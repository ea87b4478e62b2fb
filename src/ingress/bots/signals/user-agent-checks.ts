/**
 * Signals of a browser's User-Agent that contradicts itself.
 * @module
 */
import type { BrowserRequest } from './browser-request.ts'
import type { Check } from './evidence.ts'

/** Blink has said 537.36 since it left WebKit with Chromium 28; whoever makes User-Agents up often says else. */
const BLINK = 'AppleWebKit/537.36'
const FIRST_BLINK = 28
/** Apple made no Safari for Windows after version 5. */
const LAST_WINDOWS_SAFARI = 599
const RV = /rv:([0-9]{1,4})\./
/** Firefox 110 to 119 said `rv:109.0`, so that nobody took `rv:11` for Internet Explorer 11. */
const FROZEN_RV = 109
const LAST_FROZEN = 119
/** Chromium from here on says `113.0.0.0` everywhere (chromium.org, User-Agent Reduction, phase 6). */
const REDUCED = 113

function isImpossible({ agent, userAgent }: BrowserRequest): boolean {
  switch (agent.engine) {
    case 'blink':
      if (agent.system === 'ios') return true
      return agent.host !== 'device' && agent.level >= FIRST_BLINK && !userAgent.includes(BLINK)
    case 'gecko': {
      const rv = Number(RV.exec(userAgent.slice(0, 160))?.[1])
      return rv !== agent.level && !(rv === FROZEN_RV && agent.level > rv && agent.level <= LAST_FROZEN)
    }
    case 'webkit':
      return agent.system === 'windows' && agent.level > LAST_WINDOWS_SAFARI
    default:
      return false
  }
}

export const USER_AGENT_CHECKS: readonly Check<BrowserRequest>[] = [
  { id: 'agent-impossible', holds: isImpossible },
  {
    id: 'agent-unreduced',
    holds: ({ agent, embedded, userAgent }) =>
      agent.engine === 'blink' &&
      !embedded &&
      agent.level >= REDUCED &&
      !userAgent.includes(`Chrome/${agent.level}.0.0.0`),
  },
]
