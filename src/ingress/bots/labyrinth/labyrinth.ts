/**
 * A link that no person sees leads to a maze that robots.txt forbids: whoever is inside breaks the rules.
 * @module
 */
import type { BotsModel } from '../../../bundle/bots-model.ts'
import type { Decision } from '../../../http/decision.ts'
import type { RequestFacts } from '../../../http/facts.ts'
import type { Answer } from '../../../http/problem.ts'
import { networkKeyOf } from '../../dos/source-keys.ts'
import { createMaze } from './maze.ts'
import { createMazeVisits, type MazeVisits } from './maze-visits.ts'
import { isOwnAccord } from './own-accord.ts'

export interface Labyrinth {
  /** Ends requests for the maze. Fits `BotsParts.maze`. */
  check(facts: RequestFacts): Decision | undefined
  /** A page of the maze for whatever was asked for; visits of the maze itself are counted. */
  answer(facts: RequestFacts, now: number): Answer
  /** Visits of the client's network in the last hour, as far as this isolate knows. */
  visits(facts: RequestFacts, now: number): number
  /** Where the hidden link of this client leads; `undefined` when no link is to be added. */
  linkFor(facts: RequestFacts, now: number): string | undefined
}

export interface LabyrinthOptions {
  readonly secret: Uint8Array
  /** Outlives a policy; absent: a new one. */
  readonly visits?: MazeVisits
}

const VISIT: Decision = {
  action: 'respond',
  stage: 'bots',
  rule: 'bots.labyrinth',
  reason: 'The path is in the maze, which robots.txt forbids and no visible link leads to.',
  fix: 'Set labyrinth.mode to off in rules/bots.yaml to have no maze, or labyrinth.path to move it.',
  mode: 'enforce',
  status: 200,
}

/** Clients whose address is not known are one network, and that is no sign. */
const NOWHERE = ''

export function createLabyrinth(
  model: BotsModel['labyrinth'],
  { secret, visits = createMazeVisits() }: LabyrinthOptions,
): Labyrinth {
  const isOn = model.mode === 'enforce'
  const maze = createMaze(model.path, secret)
  const networkOf = ({ client: { address } }: RequestFacts): string =>
    address === undefined ? NOWHERE : networkKeyOf(address)

  return {
    check: ({ target }) => (isOn && target.path.startsWith(model.path) ? VISIT : undefined),
    answer(facts, now) {
      const network = networkOf(facts)
      const { path } = facts.target
      const counts = network !== NOWHERE && isOwnAccord(facts) && maze.isGivenTo(path, network, now)
      if (counts) visits.note(network, now)
      return maze.page(path, network, now)
    },
    visits(facts, now) {
      const network = networkOf(facts)
      return network === NOWHERE ? 0 : visits.of(network, now)
    },
    linkFor(facts, now) {
      const network = networkOf(facts)
      return isOn && model.link && network !== NOWHERE ? maze.entrance(network, now) : undefined
    },
  }
}
