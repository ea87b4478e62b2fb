/**
 * What each class of automated clients gets when `bots.yaml` does not say.
 * @module
 */
import type { AgentClass, CrawlerTerms } from '../../bundle/bots-model.ts'

/** What `rate` means without figures. */
export const DEFAULT_RATE: NonNullable<CrawlerTerms['rate']> = { requests: 60, period: 60 }

const perMinute = (requests: number): CrawlerTerms => ({ action: 'rate', rate: { requests, period: 60 } })

/**
 * Nobody is let in for a name alone. Who brings readers and can prove who it is has to (`verify`). Who is useful and
 * has no proof to show, as previews and monitors, gets as many requests as its work needs, which is all that whoever
 * borrows the name gets (`rate`); so does who says that it is automated and nobody knows, whose terms are those of
 * everybody in robots.txt. Who takes and gives nothing back is refused. Libraries, and browsers that a program drives,
 * are asked for what only a person's browser does.
 */
export const DEFAULT_TERMS: Readonly<Record<AgentClass, CrawlerTerms>> = {
  'ai-train': { action: 'deny' },
  'ai-search': { action: 'verify' },
  'ai-assistant': { action: 'verify' },
  'ai-agent': { action: 'verify' },
  'ai-data-broker': { action: 'deny' },
  'ai-undocumented': { action: 'deny' },
  'search-engine': { action: 'verify' },
  'social-preview': perMinute(60),
  'feed-reader': perMinute(60),
  monitoring: perMinute(120),
  advertising: { action: 'verify' },
  seo: perMinute(30),
  archiver: perMinute(60),
  academic: perMinute(30),
  scanner: { action: 'deny' },
  'http-library': { action: 'challenge' },
  'browser-automation': { action: 'challenge' },
  other: perMinute(30),
}

/**
 * Tokens of robots.txt that no client sends: they say what may be done with what other agents of the same operator
 * have fetched, here to train models.
 */
export const TRAINING_TOKENS: readonly string[] = ['Applebot-Extended', 'Google-Extended']
