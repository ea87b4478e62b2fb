/**
 * Our own table: the agents that matter by name, whatever other lists know of them.
 * @module
 */
import { AI_AGENTS, AI_UNDOCUMENTED } from './agents-ai-actors.ts'
import { AI_ASSISTANTS, AI_SEARCH_AGENTS } from './agents-ai-answers.ts'
import { AI_DATA_BROKERS, AI_TRAIN_AGENTS } from './agents-ai-train.ts'
import { AUTOMATION_AGENTS, LIBRARY_AGENTS, SCANNER_AGENTS } from './agents-programs.ts'
import { GOOGLE_AGENTS, SEARCH_AGENTS } from './agents-search.ts'
import { ARCHIVE_AGENTS, MONITORING_AGENTS, SEO_AGENTS } from './agents-services.ts'
import { FEED_AGENTS, SOCIAL_AGENTS } from './agents-social.ts'
import type { KnownAgent } from './known-agent.ts'

/** Names are unique. */
export const AGENTS: readonly KnownAgent[] = [
  ...AI_TRAIN_AGENTS,
  ...AI_DATA_BROKERS,
  ...AI_SEARCH_AGENTS,
  ...AI_ASSISTANTS,
  ...AI_AGENTS,
  ...AI_UNDOCUMENTED,
  ...GOOGLE_AGENTS,
  ...SEARCH_AGENTS,
  ...SOCIAL_AGENTS,
  ...FEED_AGENTS,
  ...SEO_AGENTS,
  ...MONITORING_AGENTS,
  ...ARCHIVE_AGENTS,
  ...LIBRARY_AGENTS,
  ...AUTOMATION_AGENTS,
  ...SCANNER_AGENTS,
]
