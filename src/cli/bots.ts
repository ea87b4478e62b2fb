/**
 * `sallyport bots`: automated clients, as the policy knows them.
 * @module
 */
import { Command } from 'commander'
import { addBotsAgents } from './bots/agents.ts'
import { addBotsFetch } from './bots/fetch-ranges.ts'
import { addBotsRobots } from './bots/robots.ts'
import { addBotsSummary } from './bots/summary.ts'
import { addBotsWho } from './bots/who.ts'
import { exitForUsage } from './exit-codes.ts'

/** The command, ready for `program.addCommand`. It sets the process's exit code and does not exit early. */
export function botsCommand(): Command {
  const bots = new Command('bots')
    .description('look up agents, show what they get, and fetch what proves who they are')
    .exitOverride(exitForUsage)
  for (const add of [addBotsWho, addBotsAgents, addBotsSummary, addBotsRobots, addBotsFetch]) add(bots)
  return bots
}
