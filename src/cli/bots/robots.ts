/**
 * `sallyport bots robots`: the robots.txt that crawlers get.
 * @module
 */
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { writeRobots } from '../../ingress/bots/crawlers/write-robots.ts'
import { DONE, exitForUsage, PROBLEM } from '../exit-codes.ts'
import { type BotsOutput, CONSOLE, openBots } from './open-bots.ts'

export interface RobotsFlags {
  readonly policy: string
  /** File with the origin's robots.txt. */
  readonly origin?: string
}

/** @returns the exit code. */
export async function executeRobots(flags: RobotsFlags, output: BotsOutput): Promise<number> {
  const opened = await openBots(flags.policy, 'robots', output)
  if (!opened) return PROBLEM
  const origin = flags.origin === undefined ? undefined : await readOrigin(flags.origin, output)
  if (flags.origin !== undefined && origin === undefined) return PROBLEM
  const { crawlers, labyrinth, mode } = opened.model
  if (mode !== 'enforce') {
    output.err(
      `The policy says mode: ${mode}, so crawlers get the file of the origin. This is what they get with enforce:`,
    )
  }
  const maze = labyrinth.mode === 'enforce' ? labyrinth.path : undefined
  output.out(writeRobots(crawlers, opened.agents, maze, origin).trimEnd())
  return DONE
}

async function readOrigin(path: string, { err }: BotsOutput): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    err(`sallyport bots robots: ${path} cannot be read${reason}. Name a file, as --origin public/robots.txt.`)
    return undefined
  }
}

const MORE = `
Example:
  curl -s https://origin.example/robots.txt > robots.txt
  sallyport bots robots --origin robots.txt

Exit codes:
  0  printed
  1  the policy has problems or no bots.yaml, or the file cannot be read
  2  wrong usage`

/** Adds `robots` to the command `bots`. */
export function addBotsRobots(bots: Command): void {
  bots
    .command('robots')
    .description('the robots.txt that crawlers get, made of the policy and of the one of the origin')
    .option('--policy <folder>', 'the policy', 'rules')
    .option('--origin <file>', 'robots.txt of the origin, to merge with')
    .addHelpText('after', MORE)
    .exitOverride(exitForUsage)
    .action(async (flags: RobotsFlags) => {
      process.exitCode = await executeRobots(flags, CONSOLE)
    })
}
