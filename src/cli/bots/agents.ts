/**
 * `sallyport bots agents`: who is known by name.
 * @module
 */
import type { Command } from 'commander'
import { AGENT_CLASSES } from '../../bundle/agent-classes.ts'
import type { AgentModel, CrawlerTerms } from '../../bundle/bots-model.ts'
import { createCrawlers } from '../../ingress/bots/crawlers/crawlers.ts'
import { describeProof, describeTerms } from '../../ingress/bots/crawlers/describe-crawlers.ts'
import { DONE, exitForUsage, PROBLEM, USAGE } from '../exit-codes.ts'
import { type BotsOutput, CONSOLE, openBots } from './open-bots.ts'

export interface AgentsFlags {
  readonly policy: string
  readonly class?: string
  readonly json?: boolean
}

/** @returns the exit code. */
export async function executeAgents(flags: AgentsFlags, output: BotsOutput): Promise<number> {
  const { class: wanted } = flags
  if (wanted !== undefined && !AGENT_CLASSES.some((name) => name === wanted)) {
    output.err(
      `sallyport bots agents: there is no class ${JSON.stringify(wanted)}. Classes: ${AGENT_CLASSES.join(', ')}.`,
    )
    return USAGE
  }
  const opened = await openBots(flags.policy, 'agents', output)
  if (!opened) return PROBLEM
  const { termsFor } = createCrawlers(opened.model)
  const found = opened.agents
    .filter((agent) => wanted === undefined || agent.class === wanted)
    .map((agent) => ({ agent, terms: termsFor(agent, '/') }))
    .sort((a, b) => compare(a.agent, b.agent))
  if (flags.json === true)
    output.out(
      JSON.stringify(
        found.map(({ agent, terms }) => ({ ...agent, gets: describeTerms(terms) })),
        null,
        2,
      ),
    )
  else for (const { agent, terms } of found) output.out(row(agent, terms))
  return DONE
}

function compare(a: AgentModel, b: AgentModel): number {
  const byClass = AGENT_CLASSES.indexOf(a.class) - AGENT_CLASSES.indexOf(b.class)
  return byClass === 0 ? a.name.localeCompare(b.name, 'en') : byClass
}

function row(agent: AgentModel, terms: CrawlerTerms): string {
  const { name, class: kind, operator = '', robots } = agent
  const proof = describeProof(agent)
  const more = [
    ...(robots === undefined ? [] : [`robots.txt: ${robots}`]),
    ...(proof === 'nothing' ? [] : [`proved by ${proof}`]),
  ].join('; ')
  return `${kind.padEnd(19)}${name.padEnd(30)} ${describeTerms(terms).padEnd(18)} ${operator.padEnd(18)} ${more}`.trimEnd()
}

const MORE = `
What they get is at the path /; \`sallyport bots who\` tells of others.

Exit codes:
  0  printed
  1  the policy has problems or no bots.yaml
  2  wrong usage: there is no such class`

/** Adds `agents` to the command `bots`. */
export function addBotsAgents(bots: Command): void {
  bots
    .command('agents')
    .description('all agents that are known by name: class, what they get, operator, proof')
    .option('--policy <folder>', 'the policy', 'rules')
    .option('--class <class>', 'only those of a class, as ai-train')
    .option('--json', 'print one JSON list')
    .addHelpText('after', MORE)
    .exitOverride(exitForUsage)
    .action(async (flags: AgentsFlags) => {
      process.exitCode = await executeAgents(flags, CONSOLE)
    })
}
