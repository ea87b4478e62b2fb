/**
 * The bots of a policy folder, for the commands that show them.
 * @module
 */
import type { AgentModel, BotsModel } from '../../bundle/bots-model.ts'
import { openBundle } from '../../bundle/bundle.ts'
import { openAgents } from '../../ingress/bots/identity/agent-index.ts'
import { loadFolder } from '../load-folder.ts'

/** One line each, without its end. */
export interface BotsOutput {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

export const CONSOLE: BotsOutput = {
  out: (text) => console.log(text),
  err: (text) => console.error(text),
}

export interface OpenBots {
  readonly model: BotsModel
  readonly agents: readonly AgentModel[]
}

/** `undefined` after the reason was printed. @param command For messages: `robots`. */
export async function openBots(
  folder: string,
  command: string,
  { err }: BotsOutput,
): Promise<OpenBots | undefined> {
  const loaded = await loadFolder(folder, { undone: 'nothing was shown' })
  if (!loaded) return undefined
  const bundle = openBundle(loaded.bundle.buffer)
  const model = bundle.model.bots
  if (model === undefined) {
    err(`sallyport bots ${command}: ${folder} has no bots.yaml, and so no agents. Add the file.`)
    return undefined
  }
  const agents = model.agents === '' ? [] : openAgents(bundle.part(model.agents)).agents
  return { model, agents }
}
