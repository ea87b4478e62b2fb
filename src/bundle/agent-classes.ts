/**
 * The classes of automated clients, as a list.
 * @module
 */
import type { AgentClass } from './bots-model.ts'

/** All of them: a class that is missing here does not compile. */
const ALL: Readonly<Record<AgentClass, true>> = {
  'ai-train': true,
  'ai-search': true,
  'ai-assistant': true,
  'ai-agent': true,
  'ai-data-broker': true,
  'ai-undocumented': true,
  'search-engine': true,
  'social-preview': true,
  'feed-reader': true,
  monitoring: true,
  advertising: true,
  seo: true,
  archiver: true,
  academic: true,
  scanner: true,
  'http-library': true,
  'browser-automation': true,
  other: true,
}

/** In the order of documentation. */
export const AGENT_CLASSES: readonly AgentClass[] = Object.keys(ALL) as AgentClass[]
