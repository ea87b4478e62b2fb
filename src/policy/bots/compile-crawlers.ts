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
import { trimPrefix } from '../../http/scope.ts'
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
    const { kind, value } = terms.path
    const key = `${kind} ${kind === 'prefix' ? trimPrefix(value) : value}`
    if (seen.has(key)) {
      const message = `There are two terms for ${quoteText(value)}`
      problems.push(section.at([...place, 'path'], message, 'Remove one of the two.'))
    }
    seen.add(key)
    if (value.includes('$')) {
      const message = `The path ${quoteText(value)} has a $, which robots.txt cannot say`
      const fix = 'Write {exact: /a} for the end of a path, and %24 for the character.'
      problems.push(section.at([...place, 'path'], message, fix))
    }
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

/** A route that answers itself comes before our file, and crawlers would not read there what is enforced. */
function checkRobotsRoutes({ section, routes, warnings }: BotsContext): void {
  const { mode, crawlers } = section.value
  if (mode !== 'enforce' || crawlers.robots === 'off') return
  for (const { id, path, action } of routes) {
    if (action.kind === 'forward' || path.value !== '/robots.txt') continue
    const message = `Crawlers do not get to see what is enforced: the route ${id} answers /robots.txt by itself`
    const fix =
      'Remove the route, and let the origin have what else is to be in the file; or write crawlers: {robots: off}.'
    warnings.push(section.at(['crawlers', 'robots'], message, fix))
  }
}

/** A crawler that shares its token reads what holds for both: the closed door of one is that of the other. */
function warnOfTokens(
  { section, warnings }: BotsContext,
  known: readonly AgentModel[],
  { classes, agents }: Pick<BotsModel['crawlers'], 'classes' | 'agents'>,
): void {
  const termsOf = ({ name, class: kind }: AgentModel): CrawlerPolicy =>
    (Object.hasOwn(agents, name) ? agents[name] : undefined) ?? classes[kind]
  const first = new Map<string, AgentModel>()
  for (const agent of known) {
    const token = agent.robots?.toLowerCase()
    if (token === undefined) continue
    const other = first.get(token)
    if (other === undefined) first.set(token, agent)
    else if (JSON.stringify(termsOf(agent)) !== JSON.stringify(termsOf(other))) {
      const message = `${agent.name} and ${other.name} have different terms and one name in robots.txt (${agent.robots}), which closes to both what either may not have`
      const place = [agent, other].find(({ name }) => Object.hasOwn(agents, name))
      const path = place === undefined ? ['crawlers'] : ['crawlers', 'agents', place.name]
      warnings.push(
        section.at(path, message, 'Give both the same terms, or one of them another name.', 'key'),
      )
    }
  }
}

export function compileCrawlers(context: BotsContext, known: readonly AgentModel[]): BotsModel['crawlers'] {
  const { robots, signals } = context.section.value.crawlers
  checkRobotsRoutes(context)
  const classes = compileClasses(context)
  const agents = compileAgents(context, known)
  warnOfTokens(context, known, { classes, agents })
  return {
    classes,
    agents,
    robots,
    tokens: compileTokens(context, classes['ai-train']),
    ...(signals === undefined ? {} : { signals }),
  }
}
