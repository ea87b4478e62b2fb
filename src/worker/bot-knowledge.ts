/**
 * What an isolate knows of automated clients, whatever the policy is.
 * @module
 */
import { createMazeVisits } from '../ingress/bots/labyrinth/maze-visits.ts'
import { createTlsMemory } from '../ingress/bots/signals/learn-tls.ts'
import type { BotsMemory } from '../pipeline/link-bots.ts'
import { type BotCounts, createBotCounts } from './bot-counts.ts'
import type { BotNamespace } from './bots/bot-store.ts'
import { createVerificationMemory, type VerificationMemory } from './bots/verification-memory.ts'

export interface BotKnowledge {
  readonly memory: BotsMemory
  readonly verification: Pick<VerificationMemory, 'refresh' | 'report'>
  readonly counts: BotCounts
}

/** @param secret Checks what the cron has stored: KV is not believed. */
export function createBotKnowledge(kv: BotNamespace | undefined, secret: Uint8Array): BotKnowledge {
  const verification = createVerificationMemory({
    kv,
    secret,
    fetch: (url, init) => fetch(url, init),
    caches,
    clock: Date.now,
  })
  const { open } = verification
  return {
    verification,
    counts: createBotCounts(),
    memory: { open, tls: createTlsMemory(), visits: createMazeVisits() },
  }
}
