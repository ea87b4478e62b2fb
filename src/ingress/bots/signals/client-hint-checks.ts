/**
 * Signals of client hints that contradict the User-Agent: https://wicg.github.io/ua-client-hints/.
 * @module
 */
import type { AgentSystem } from '../../../http/agent-family.ts'
import type { BrowserRequest } from './browser-request.ts'
import type { Check } from './evidence.ts'

/** Longer lists of brands are not read: Chromium's have about a hundred characters. */
const MAX_BRANDS = 512
const CHROMIUM = /"Chromium";v="([0-9]{1,5})[".]/
// A list of strings with the parameter `v` (RFC 8941 section 3.1), as all versions of Chromium write it. Each
// character can be matched in one way only, so the time is linear.
const BRANDS = /^ *"(?:[^"\\]|\\.)*"; ?v="[0-9.]*"(?:, *"(?:[^"\\]|\\.)*"; ?v="[0-9.]*")*$/
const PLATFORM = /^"[A-Za-z0-9 ._-]{0,32}"$/
/** From here on all three hints are sent with every request; versions before had no platform among them. */
const PLATFORM_SENT = 95
const HINTS_SENT = 90

const PLATFORMS: ReadonlyMap<string, AgentSystem> = new Map([
  ['"Windows"', 'windows'],
  ['"macOS"', 'mac'],
  ['"Mac OS X"', 'mac'],
  ['"Android"', 'android'],
  ['"Linux"', 'linux'],
  ['"Chrome OS"', 'chromeos'],
  ['"Chromium OS"', 'chromeos'],
  ['"iOS"', 'ios'],
])

/** Whether hints of this client can be held against it. */
function areJudged({ agent, trustworthy, embedded, websocket }: BrowserRequest): boolean {
  return agent.engine === 'blink' && trustworthy && !embedded && !websocket
}

function contradictsVersion(request: BrowserRequest): boolean {
  const { brands } = request.hints
  if (!areJudged(request) || brands === undefined || brands.length > MAX_BRANDS) return false
  return Number(CHROMIUM.exec(brands)?.[1]) !== request.agent.level
}

function contradictsPlatform(request: BrowserRequest): boolean {
  const { system } = request.agent
  const said = PLATFORMS.get(request.hints.platform ?? '')
  if (!areJudged(request) || said === undefined || system === 'other' || said === system) return false
  // Chromebooks say either; the desktop-site mode of Android says Linux in the one and Android in the other.
  const alike = said === 'linux' || said === 'chromeos' || said === 'android'
  return !(alike && (system === 'linux' || system === 'chromeos'))
}

function contradictsMobile(request: BrowserRequest): boolean {
  const { mobile } = request.hints
  if (!areJudged(request)) return false
  return request.agent.mobile ? mobile === '?0' : mobile === '?1'
}

function isIncomplete(request: BrowserRequest): boolean {
  const { brands, mobile, platform } = request.hints
  if (!areJudged(request)) return false
  if (brands === undefined) return mobile !== undefined || platform !== undefined
  return mobile === undefined || (platform === undefined && request.agent.level >= PLATFORM_SENT)
}

function isMalformed(request: BrowserRequest): boolean {
  const { brands, mobile, platform } = request.hints
  if (!areJudged(request)) return false
  if (mobile !== undefined && mobile !== '?0' && mobile !== '?1') return true
  if (platform !== undefined && !PLATFORM.test(platform)) return true
  return brands !== undefined && (brands.length > MAX_BRANDS || !BRANDS.test(brands))
}

export const CLIENT_HINT_CHECKS: readonly Check<BrowserRequest>[] = [
  { id: 'hints-version', holds: contradictsVersion },
  { id: 'hints-platform', holds: contradictsPlatform },
  { id: 'hints-mobile', holds: contradictsMobile },
  { id: 'hints-incomplete', holds: isIncomplete },
  { id: 'hints-malformed', holds: isMalformed },
  {
    id: 'hints-missing',
    holds: (request) => {
      const { brands, mobile, platform } = request.hints
      if (brands !== undefined || mobile !== undefined || platform !== undefined) return false
      // Workers and worklets are fetched, and fetch themselves, without hints (Chromium 156, measured).
      if (request.fetch.mode !== undefined && !request.page) return false
      return areJudged(request) && request.agent.level >= HINTS_SENT
    },
  },
  {
    id: 'hints-foreign',
    holds: ({ agent, hints, embedded }) =>
      (agent.engine === 'gecko' || agent.engine === 'webkit') && !embedded && hints.brands !== undefined,
  },
]
