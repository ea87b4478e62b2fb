/**
 * Compiles `crawlers` of `bots.yaml`.
 * @module
 */
import { AGENT_CLASSES } from '../../bundle/agent-classes.ts'
import type {
  AgentClass,
  AgentModel,
  BotsModel,
  CrawlerPolicy,
  CrawlerTerms,
} from '../../bundle/bots-model.ts'
import { type Path, quoteText } from '../problem.ts'
import { suggestName } from '../suggest.ts'
import type { BotsContext } from './bots-context.ts'
import { DEFAULT_RATE, DEFAULT_TERMS, TRAINING_TOKENS } from './crawler-defaults.ts'
import type { CrawlerInput, TermsInput } from './crawlers-schema.ts'

function compileTerms({ section, problems }: BotsContext, terms: TermsInput, path: Path): CrawlerTerms {
  const { action, rate, price } = terms
  if (rate !== undefined && action !== 'rate') {
    const message = `The action is ${action}, not rate`
    problems.push(section.at([...path, 'rate'], message, 'Write action: rate, or remove rate.', 'key'))
  }
  if (price !== undefined && action !== 'price') {
    const message = `The action is ${action}, not price`
    problems.push(section.at([...path, 'price'], message, 'Write action: price, or remove price.', 'key'))
  }
  if (action === 'price' && price === undefined) {
    const fix = 'Write {action: price, price: USD 0.01} with the price of one request.'
    problems.push(section.at(path, 'There is no price', fix))
  }
  if (action === 'rate') return { action, rate: rate ?? DEFAULT_RATE }
  return action === 'price' ? { action, price: price ?? '' } : { action }
}

function compilePolicy(context: BotsContext, input: CrawlerInput, path: Path): CrawlerPolicy {
  const { section, problems } = context
  const seen = new Set<string>()
  const paths = input.paths.map((terms, i) => {
    const place = [...path, 'paths', i]
    const key = `${terms.path.kind} ${terms.path.value}`
    if (seen.has(key)) {
      const message = `There are two terms for ${quoteText(terms.path.value)}`
      problems.push(section.at([...place, 'path'], message, 'Remove one of the two.'))
    }
    seen.add(key)
    return { ...compileTerms(context, terms, place), path: terms.path }
  })
  return { ...compileTerms(context, input, path), paths }
}

function compileClasses(context: BotsContext): Readonly<Record<AgentClass, CrawlerPolicy>> {
  const { classes } = context.section.value.crawlers
  const entries = AGENT_CLASSES.map((name): [string, CrawlerPolicy] => {
    const written = classes[name]
    return [
      name,
      written
        ? compilePolicy(context, written, ['crawlers', 'classes', name])
        : { ...DEFAULT_TERMS[name], paths: [] },
    ]
  })
  return Object.fromEntries(entries) as Readonly<Record<AgentClass, CrawlerPolicy>>
}

function compileAgents(
  context: BotsContext,
  known: readonly AgentModel[],
): Readonly<Record<string, CrawlerPolicy>> {
  const { section, problems } = context
  const names = known.map(({ name }) => name)
  const set = new Set(names)
  const entries = Object.entries(section.value.crawlers.agents).map(
    ([name, input]): [string, CrawlerPolicy] => {
      const path = ['crawlers', 'agents', name]
      if (!set.has(name)) {
        const near = suggestName(name, names)
        const fix = `${near === undefined ? '' : `Did you mean ${near}? `}\`sallyport bots agents\` lists all names; add others under identity.agents.`
        problems.push(section.at(path, `There is no agent ${quoteText(name)}`, fix, 'key'))
      }
      return [name, compilePolicy(context, input, path)]
    },
  )
  return Object.fromEntries(entries)
}

/** Whoever may train has no reason to forbid it to those that only ask in robots.txt. */
function compileTokens(context: BotsContext, training: CrawlerPolicy): BotsModel['crawlers']['tokens'] {
  const { section, problems } = context
  const { tokens } = section.value.crawlers
  for (const name of Object.keys(tokens)) {
    if (/^[A-Za-z][A-Za-z_-]{0,63}$/.test(name)) continue
    const message = `${quoteText(name)} is not a product token of robots.txt`
    const fix = 'Write letters, - and _ only, as Google-Extended (RFC 9309 section 2.2.1).'
    problems.push(section.at(['crawlers', 'tokens', name], message, fix, 'key'))
  }
  const isRefused = ['deny', 'labyrinth', 'challenge'].includes(training.action)
  const own = TRAINING_TOKENS.map((name) => [name, isRefused ? 'deny' : 'allow'] as const)
  return { ...Object.fromEntries(own), ...tokens }
}

export function compileCrawlers(context: BotsContext, known: readonly AgentModel[]): BotsModel['crawlers'] {
  const { robots, signals } = context.section.value.crawlers
  const classes = compileClasses(context)
  return {
    classes,
    agents: compileAgents(context, known),
    robots,
    tokens: compileTokens(context, classes['ai-train']),
    ...(signals === undefined ? {} : { signals }),
  }
}
