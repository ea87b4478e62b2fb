/**
 * The ids that the files of a policy can give a decision.
 * @module
 */
import { AGENT_CLASSES } from '../bundle/agent-classes.ts'
import type { PolicyModel } from '../bundle/model.ts'

/** Of the stage of bots. */
const BOT_RULES: readonly string[] = [
  'bots.spoofed',
  'bots.pending',
  'bots.score',
  'bots.labyrinth',
  ...AGENT_CLASSES.map((name) => `bots.crawler.${name}`),
]

export function listRuleIds({ access, rules, limits, routes, bots }: PolicyModel): readonly string[] {
  const of = (stage: string, items: readonly { id: string }[]): readonly string[] =>
    items.map(({ id }) => `${stage}.${id}`)
  return [
    ...of('access', access),
    ...of('rules', rules),
    ...of('limits', limits),
    ...(bots === undefined ? [] : BOT_RULES),
    ...of('route', routes),
  ]
}
