/**
 * What a User-Agent says of itself: whose browser, which version, on what. It is a claim and proves nothing.
 * @module
 */
import { BLINK_PRODUCTS, DEVICE, OLD_ENGINE, SYSTEM, WEBKIT_PRODUCTS } from './agent-products.ts'

/**
 * What draws pages. `old`: a browser that lacks what is asked of modern ones (Internet Explorer, Presto, forks of old
 * Gecko, text browsers). `none`: what does not look like a browser.
 */
export type AgentEngine = 'blink' | 'gecko' | 'webkit' | 'old' | 'none'

export type AgentSystem = 'windows' | 'mac' | 'ios' | 'android' | 'chromeos' | 'linux' | 'other'

/** Where the engine runs: programs and devices that embed one leave out, or change, what browsers send. */
export type AgentHost = 'browser' | 'webview' | 'electron' | 'device'

export interface AgentProfile {
  /** Lower case: `chrome`, `edge`, `firefox`, or the first product's name; empty without a User-Agent. */
  readonly family: string
  /** Major version of the family; 0 when it says none. */
  readonly major: number
  readonly engine: AgentEngine
  /** Version of Chromium or Gecko; of WebKit's Safari times 100 plus its minor version, so that 16.4 is 1604. */
  readonly level: number
  readonly system: AgentSystem
  /** It says that it is a telephone: `Mobile`. */
  readonly mobile: boolean
  readonly host: AgentHost
}

/**
 * Characters of a User-Agent that are looked at. Those of browsers end far below it; a longer one is a signal by
 * itself.
 */
export const MAX_USER_AGENT = 1024

const NOBODY: AgentProfile = {
  family: '',
  major: 0,
  engine: 'none',
  level: 0,
  system: 'other',
  mobile: false,
  host: 'browser',
}

const MOBILE = /\bMobile\b/
const PLAIN = /^[A-Za-z0-9._-]{1,32}/

/** Reads a User-Agent. Costs the same whatever it holds, never throws. */
export function readAgent(userAgent: string | undefined): AgentProfile {
  if (userAgent === undefined || userAgent === '') return NOBODY
  const text = userAgent.length > MAX_USER_AGENT ? userAgent.slice(0, MAX_USER_AGENT) : userAgent
  const old = OLD_ENGINE.exec(text)
  if (old !== null) return readOld(text, old.index, old[0])
  if (!text.startsWith('Mozilla/')) return readProgram(text)
  const chrome = majorOf(text, 'Chrome/')
  if (chrome !== -1)
    return readBrowser(text, 'blink', chrome, familyOf(text, BLINK_PRODUCTS, 'chrome', chrome))
  const firefox = majorOf(text, 'Firefox/')
  const webkit = text.includes('AppleWebKit/')
  if (firefox !== -1 && !webkit)
    return readBrowser(text, 'gecko', firefox, { family: 'firefox', major: firefox })
  if (!webkit || isCutOff(text)) return { ...NOBODY, family: 'mozilla', major: 5, system: readSystem(text) }
  const safari = Math.max(0, majorOf(text, 'Version/'))
  return readBrowser(text, 'webkit', readSafari(text), familyOf(text, WEBKIT_PRODUCTS, 'safari', safari))
}

/** Family and major version of a User-Agent: what stays the same while a person reads a site. */
export function agentFamily(userAgent: string | undefined): {
  readonly family: string
  readonly major: number
} {
  const { family, major } = readAgent(userAgent)
  return { family, major }
}

interface Family {
  readonly family: string
  readonly major: number
}

function readBrowser(
  text: string,
  engine: AgentEngine,
  level: number,
  { family, major }: Family,
): AgentProfile {
  const system = readSystem(text)
  const mobile = MOBILE.test(text)
  return { family, major, engine, level, system, mobile, host: readHostProgram(text, engine, system) }
}

/** An engine with no browser: only Apple's web views say so little. */
function isCutOff(text: string): boolean {
  return !text.includes('Safari/') && !text.includes('Mac OS X')
}

function readHostProgram(text: string, engine: AgentEngine, system: AgentSystem): AgentHost {
  if (text.includes('Electron/')) return 'electron'
  // Apple's web views have no `Safari/`, Android's say `; wv` or the frozen version of the old Android browser.
  if (engine === 'webkit' && !text.includes('Safari/')) return 'webview'
  if (system === 'android' && (text.includes('; wv)') || text.includes('Version/4.0 '))) return 'webview'
  if (DEVICE.test(text)) return 'device'
  // WebKit outside Apple's systems is a port, which keeps its own calendar.
  return engine === 'webkit' && system !== 'ios' && system !== 'mac' ? 'device' : 'browser'
}

function readOld(text: string, at: number, product: string): AgentProfile {
  const major = Math.max(0, digitsAt(text, at + product.length))
  const family = product.slice(0, -1).toLowerCase()
  return {
    ...NOBODY,
    family,
    major,
    engine: 'old',
    system: readSystem(text),
    mobile: MOBILE.test(text),
  }
}

/** What is no browser: the name and version it begins with, as RFC 9110 section 10.1.5 has it. */
function readProgram(text: string): AgentProfile {
  const name = PLAIN.exec(text)?.[0] ?? 'unknown'
  const major = text.charAt(name.length) === '/' ? digitsAt(text, name.length + 1) : -1
  return { ...NOBODY, family: name.toLowerCase(), major: Math.max(0, major), system: readSystem(text) }
}

function familyOf(
  text: string,
  products: readonly (readonly [string, string])[],
  family: string,
  major = 0,
): Family {
  for (const [product, name] of products) {
    const found = majorOf(text, product)
    if (found !== -1) return { family: name, major: found }
  }
  return { family, major }
}

function readSystem(text: string): AgentSystem {
  switch (SYSTEM.exec(text)?.[0]) {
    case 'Windows':
      return 'windows'
    case 'Macintosh':
      return 'mac'
    case 'CrOS':
      return 'chromeos'
    case 'iPhone':
    case 'iPad':
    case 'iPod':
      return 'ios'
    case 'Android':
      return 'android'
    case 'Linux':
    case 'X11':
      // `Linux; Android 10` and `X11; CrOS` begin with the more general name.
      return text.includes('Android') ? 'android' : text.includes('CrOS') ? 'chromeos' : 'linux'
    default:
      return 'other'
  }
}

/** On iOS every browser has the system's engine; elsewhere Safari says its own version. */
function readSafari(text: string): number {
  const system = text.includes('Macintosh') ? -1 : text.indexOf(' OS ')
  const at = system === -1 ? text.indexOf('Version/') + 8 : system + 4
  const major = at === 7 ? -1 : digitsAt(text, at)
  if (major === -1) return 0
  const minor = digitsAt(text, at + String(major).length + 1)
  return major * 100 + Math.min(99, Math.max(0, minor))
}

/** The number after a product's name: 0 when there is none after it, -1 when the product is not there. */
function majorOf(text: string, product: string): number {
  const at = text.indexOf(product)
  return at === -1 ? -1 : Math.max(0, digitsAt(text, at + product.length))
}

/** The whole number at a position, of at most six digits; -1 when there is none. */
function digitsAt(text: string, at: number): number {
  let value = -1
  for (let end = at; end < at + 6 && isDigit(text.charCodeAt(end)); end++) {
    value = Math.max(0, value) * 10 + text.charCodeAt(end) - 48
  }
  return value
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}
