/**
 * Compiles `challenge` and `labyrinth` of `bots.yaml`.
 * @module
 */
import type { BotsModel, ChallengeModel } from '../../bundle/bots-model.ts'
import { checkTemplate } from '../../http/challenge-template.ts'
import { hasPathPrefix, trimPrefix } from '../../http/scope.ts'
import { quoteText } from '../problem.ts'
import { formatDuration } from '../quantities.ts'
import { suggestFix } from '../suggest.ts'
import type { BotsContext } from './bots-context.ts'

/** Pages that operators bring along. */
const TEMPLATE = /^bots\/[^/]+\.html$/

function readTemplate(context: BotsContext, name: string): string {
  const { section, files, problems } = context
  const text = files.get(name)
  if (text === undefined) {
    const there = [...files.keys()].filter((file) => TEMPLATE.test(file))
    const path = ['challenge', 'template']
    const fix =
      there.length > 0
        ? suggestFix(name, there)
        : 'Put the page there (docs/challenges.md, Your own page), or leave template out to get ours.'
    problems.push(section.at(path, `There is no file ${quoteText(name)}`, fix))
    return ''
  }
  const problem = checkTemplate(text)
  if (problem !== undefined) {
    const fix = 'See docs/challenges.md for what a page of your own may have.'
    problems.push({ file: name, line: 1, column: 1, path: '', message: problem.replace(/\.$/, ''), fix })
  }
  return text
}

function checkLives({ section, problems }: BotsContext): void {
  const { life, max_life } = section.value.challenge
  for (const [key, seconds] of Object.entries(life)) {
    if (seconds <= max_life) continue
    const longest = formatDuration(max_life * 1000)
    const message = `A clearance of ${formatDuration(seconds * 1000)} is longer than it may live with all renewals (max_life: ${longest})`
    problems.push(
      section.at(['challenge', 'life', key], message, `Write ${longest} or less, or a longer max_life.`),
    )
  }
}

export function compileChallenge(context: BotsContext): ChallengeModel {
  const { section, files, problems, warnings } = context
  const { provider, template, ...rest } = section.value.challenge
  const { least, most } = rest.bits
  if (least > most) {
    const message = `The easiest puzzle (least: ${least}) is harder than the hardest (most: ${most})`
    problems.push(section.at(['challenge', 'bits', 'least'], message, `Write ${most} or less.`))
  }
  checkLives(context)
  if (rest.status === 200) {
    const message =
      'A challenge that is answered with 200 is taken for the page by monitors, caches and search engines'
    const fix = 'Leave status out, unless you have seen crawlers go away on 200 that stay on 403.'
    warnings.push(section.at(['challenge', 'status'], message, fix))
  }
  for (const file of files.keys()) {
    if (!TEMPLATE.test(file) || file === template) continue
    const fix = `Write challenge: {template: ${file}} in bots.yaml, or delete the file.`
    warnings.push({ file, line: 1, column: 1, path: '', message: 'Nothing names this page', fix })
  }
  return {
    ...rest,
    ...(provider === undefined ? {} : { provider }),
    ...(template === undefined ? {} : { template: readTemplate(context, template) }),
  }
}

/** Classes and agents that are led into the maze. */
function usersOf({ classes, agents }: BotsModel['crawlers']): readonly (readonly [string, string])[] {
  const of = (key: 'classes' | 'agents'): readonly (readonly [string, string])[] =>
    Object.entries(key === 'classes' ? classes : agents).flatMap(([name, policy]) =>
      [policy, ...policy.paths].some(({ action }) => action === 'labyrinth') ? [[key, name] as const] : [],
    )
  return [...of('classes'), ...of('agents')]
}

export function compileLabyrinth(
  { section, routes, problems, warnings }: BotsContext,
  crawlers: BotsModel['crawlers'],
): BotsModel['labyrinth'] {
  const { labyrinth } = section.value
  const { mode, path, link } = labyrinth
  if (mode === 'off') {
    for (const [key, name] of usersOf(crawlers)) {
      const message = `The action of ${name} is labyrinth, and the labyrinth is off`
      const fix = 'Write labyrinth: {mode: enforce}, or another action.'
      problems.push(section.at(['crawlers', key, name], message, fix, 'key'))
    }
    if (link) {
      const message = 'The link leads into a labyrinth that is off'
      problems.push(section.at(['labyrinth', 'link'], message, 'Write mode: enforce, or remove link.'))
    }
    return labyrinth
  }
  if (mode === 'log') {
    for (const [key, name] of usersOf(crawlers)) {
      const message = `The action of ${name} is labyrinth, and the labyrinth is in mode log: they get 403`
      const fix = 'Write labyrinth: {mode: enforce} to lead them into the maze.'
      warnings.push(section.at(['crawlers', key, name], message, fix, 'key'))
    }
  }
  for (const route of routes) {
    if (!hasPathPrefix(route.path.value, trimPrefix(path))) continue
    const message = `The labyrinth hides the route ${route.id}, which has the path ${route.path.value}`
    warnings.push(section.at(['labyrinth', 'path'], message, 'Write a path that no route and no page has.'))
  }
  return labyrinth
}
