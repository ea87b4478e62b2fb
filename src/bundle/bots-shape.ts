/**
 * The shape of `BotsModel`, checked when a bundle is opened.
 * @module
 */
import { AGENT_CLASSES } from './agent-classes.ts'
import {
  isFlag,
  isListOf,
  isMatch,
  isObject,
  isOneOf,
  isRecordOf,
  isText,
  isWhole,
  type Shape,
} from './shape.ts'

const MONTH = 2_592_000
const MAX_LIST = 10_000
const MAX_NAMES = 5000

const isMode = isOneOf('off', 'log', 'enforce')
const isStep = isOneOf('none', 'wait', 'proof-of-work', 'interactive', 'deny')
const isWeight = isWhole(0, 100)
const isId = isMatch(/^[a-z][a-z0-9-]{0,62}$/)
/** A scheme, a host and nothing else. */
const isSite = isMatch(/^https:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)+$/)
const isAgentName = isMatch(/^[A-Za-z0-9 \-_./!+'()&:]{1,64}$/)
const isPathPattern = isObject({
  kind: isOneOf('exact', 'prefix'),
  value: isMatch(/^\/[\x21-\x7e]*$/),
})

/** An https URL that can be fetched: a data source that is down is no reason to throw, one that cannot be is. */
const isSecureUrl: Shape = (value) =>
  typeof value === 'string' && value.startsWith('https://') && value.length <= 2048 && URL.canParse(value)

function isBounded(shape: Shape, most: number): Shape {
  const isList = isListOf(shape)
  return (value) => Array.isArray(value) && value.length <= most && isList(value)
}

const isRange = isObject(
  { id: isId, url: isSecureUrl, format: isOneOf('json', 'text', 'csv') },
  {
    snapshot: isObject({
      part: isText,
      count: isWhole(0, Number.MAX_SAFE_INTEGER),
      fetched: isWhole(0, Number.MAX_SAFE_INTEGER),
    }),
  },
)

const isVerification = isObject({
  web_bot_auth: isObject({
    mode: isMode,
    hosts: isBounded(isSite, 100),
    max_age: isWhole(1, 86_400),
    skew: isWhole(0, 300),
  }),
  platform: isFlag,
  ranges_max_age: isWhole(60, 4 * MONTH),
  dns: isObject({ mode: isMode, resolver: isSecureUrl }),
  spoofed: isStep,
  pending: isStep,
})

const isPrice = isMatch(/^[A-Z]{3} (?:0|[1-9][0-9]{0,5})(?:\.[0-9]{1,6})?$/)
const terms = { action: isOneOf('allow', 'verify', 'challenge', 'rate', 'price', 'deny', 'labyrinth') }
const moreTerms = {
  rate: isObject({ requests: isWhole(1, Number.MAX_SAFE_INTEGER), period: isWhole(1, 86_400) }),
  price: isPrice,
}
const isPathTerms = isObject({ ...terms, path: isPathPattern }, moreTerms)
const isCrawlerPolicy = isObject({ ...terms, paths: isBounded(isPathTerms, 1000) }, moreTerms)

const isUsage = isOneOf('yes', 'no')
const isCrawlers = isObject(
  {
    classes: isObject(Object.fromEntries(AGENT_CLASSES.map((name) => [name, isCrawlerPolicy]))),
    agents: isRecordOf(isAgentName, isCrawlerPolicy, MAX_NAMES),
    robots: isOneOf('merge', 'replace', 'off'),
    tokens: isRecordOf(isMatch(/^[A-Za-z][A-Za-z_-]{0,63}$/), isOneOf('allow', 'deny'), MAX_NAMES),
  },
  { signals: isObject({}, { search: isUsage, 'ai-input': isUsage, 'ai-train': isUsage }) },
)

const isBits = isWhole(1, 32)
const isLife = isWhole(60, MONTH)
const isChallenge = isObject(
  {
    status: isOneOf(200, 403, 429, 503),
    wait: isWhole(1, 5),
    bits: isObject({ least: isBits, most: isBits }),
    life: isObject({ wait: isLife, proof: isLife, interactive: isLife }),
    max_life: isLife,
    same_site: isOneOf('lax', 'none'),
    exempt: isBounded(isPathPattern, 1000),
  },
  {
    provider: isObject({
      kind: isOneOf('turnstile', 'hcaptcha'),
      sitekey: isMatch(/^[A-Za-z0-9_-]{1,128}$/),
    }),
    template: isText,
  },
)

const isLabyrinth = isObject({
  mode: isMode,
  path: isMatch(/^\/(?:[A-Za-z0-9][A-Za-z0-9_-]*\/){1,8}$/),
  link: isFlag,
  threshold: isWhole(1, 1_000_000),
})

const isBand = isObject({ name: isId, from: isWeight, step: isStep })

/** Every score is in a band: the first begins at 0, and each further one above the one before. */
const isBands: Shape = (value) => {
  if (!isBounded(isBand, 20)(value)) return false
  const bands = value as readonly { readonly from: number }[]
  return bands[0]?.from === 0 && bands.every(({ from }, i) => i === 0 || from > (bands[i - 1]?.from ?? 0))
}

const isAsns = isBounded(isWhole(0, 0xffffffff), MAX_LIST)

/** True when `value` has the shape of `BotsModel`. */
export const isBotsModel: Shape = isObject({
  mode: isMode,
  agents: isText,
  ranges: isBounded(isRange, 200),
  verification: isVerification,
  signals: isRecordOf(isId, isWeight, 200),
  bands: isBands,
  asns: isObject({ hosting: isAsns, relay: isAsns }),
  tls: isBounded(isMatch(/^[0-9A-Za-z_+/=]{1,100}$/), MAX_LIST),
  challenge: isChallenge,
  crawlers: isCrawlers,
  labyrinth: isLabyrinth,
})
