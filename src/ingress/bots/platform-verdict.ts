/**
 * What Cloudflare says of bots that it has verified. Fields of `request.cf` are set by Cloudflare, no client can;
 * their types are unchecked and most of them are there on some plans only.
 * @module
 */
import type { AgentClass, AgentModel } from '../../bundle/bots-model.ts'
import type { EdgeProperties } from '../../http/facts.ts'

/** A bot that Cloudflare has verified. */
export interface PlatformVerdict {
  /** Stands for it when its User-Agent names nobody; its class is that of Cloudflare's category. */
  readonly agent: AgentModel
  /** Whether Cloudflare can mean an agent of this class. It does not say which agent it has verified. */
  mayBe(agentClass: AgentClass): boolean
}

/**
 * Cloudflare's categories (developers.cloudflare.com/bots/concepts/bot/verified-bots, 17 strings). Webhooks come
 * because the site has asked for them, as monitors do.
 */
const CATEGORIES: ReadonlyMap<string, AgentClass> = new Map<string, AgentClass>([
  ['Academic Research', 'academic'],
  ['Accessibility', 'monitoring'],
  ['Advertising & Marketing', 'advertising'],
  ['Aggregator', 'other'],
  ['AI Assistant', 'ai-assistant'],
  ['AI Crawler', 'ai-train'],
  ['AI Search', 'ai-search'],
  ['Archiver', 'archiver'],
  ['Feed Fetcher', 'feed-reader'],
  ['Monitoring & Analytics', 'monitoring'],
  ['Other', 'other'],
  ['Page Preview', 'social-preview'],
  ['Search Engine Crawler', 'search-engine'],
  ['Search Engine Optimization', 'seo'],
  ['Security', 'scanner'],
  ['Social Media Marketing', 'advertising'],
  ['Webhooks', 'monitoring'],
])

/** Crawlers fetch what they like; services go where their customers send them, some with a User-Agent of choice. */
const CRAWLERS: ReadonlySet<AgentClass> = new Set([
  'ai-train',
  'ai-search',
  'ai-assistant',
  'ai-agent',
  'ai-data-broker',
  'ai-undocumented',
  'search-engine',
  'archiver',
  'academic',
])
const NEUTRAL: ReadonlySet<AgentClass> = new Set(['other', 'http-library', 'browser-automation'])

/** @param isKnown Whether Cloudflare says which kind it is: "Other" is a kind, and none that crawlers are of. */
function toVerdict(name: string, agentClass: AgentClass, isKnown: boolean): PlatformVerdict {
  const isCrawler = CRAWLERS.has(agentClass)
  return {
    agent: { name, class: agentClass, proof: { signature: [], ranges: [], dns: [] } },
    // A verified monitor whose customer has it say "Googlebot" is not Googlebot.
    mayBe: (other) => !isKnown || NEUTRAL.has(other) || CRAWLERS.has(other) === isCrawler,
  }
}

const BY_CATEGORY: ReadonlyMap<string, PlatformVerdict> = new Map(
  [...CATEGORIES].map(([category, agentClass]) => [
    category,
    toVerdict(`Verified: ${category}`, agentClass, true),
  ]),
)
const VERIFIED = toVerdict('Verified bot', 'other', false)
const SIGNED = toVerdict('Signed agent', 'ai-agent', true)

/** `undefined` when Cloudflare has verified nothing, or has not said so. */
export function readPlatformVerdict(edge: EdgeProperties | undefined): PlatformVerdict | undefined {
  if (edge === undefined) return undefined
  const management = edge.botManagement
  const { verifiedBot, signedAgent, verifiedBotCategory } = isFields(management) ? management : NOTHING
  const category = BY_CATEGORY.get(toText(edge.verifiedBotCategory) ?? toText(verifiedBotCategory) ?? '')
  // The category is there on all plans and empty for everybody who is not verified.
  if (category !== undefined && verifiedBot !== false) return category
  if (signedAgent === true) return SIGNED
  return verifiedBot === true ? VERIFIED : undefined
}

const NOTHING: Readonly<Record<string, unknown>> = {}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function toText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
