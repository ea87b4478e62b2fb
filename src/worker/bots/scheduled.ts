/**
 * What the cron of `wrangler.toml` runs.
 * @module
 */
import type { BotsModel } from '../../bundle/bots-model.ts'
import { type CronModel, type CronReport, runBotCron } from './bot-cron.ts'
import { type BotNamespace, openBotStore } from './bot-store.ts'

export interface ScheduledPorts {
  readonly kv: BotNamespace | undefined
  /** At least 16 bytes that nobody but the edge has. */
  readonly secret: Uint8Array
  readonly write: (line: string) => void
}

/** `undefined`, after a line in the log, when there is nowhere to put what would be fetched. */
export async function runScheduled(
  { kv, secret, write }: ScheduledPorts,
  model: (CronModel & Pick<BotsModel, 'mode'>) | undefined,
): Promise<CronReport | undefined> {
  if (model === undefined || model.mode === 'off') return undefined
  if (kv === undefined) {
    const problem =
      'There is no KV namespace bound as RULES: the address ranges of crawlers stay as old as the policy.'
    write(JSON.stringify({ kind: 'bots-data', event: 'misconfigured', problem }))
    return undefined
  }
  return runBotCron(
    {
      store: openBotStore(kv, false),
      fetch: (url, init) => fetch(url, init),
      now: Date.now,
      secret,
      write,
    },
    model,
  )
}
