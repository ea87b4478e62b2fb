/**
 * Compiles `identity` of `bots.yaml`: which agents there are and how they prove who they are.
 * @module
 */
import type { AgentModel, RangeSourceModel } from '../../bundle/bots-model.ts'
import { quoteText } from '../problem.ts'
import { suggestFix, suggestName } from '../suggest.ts'
import type { BotsContext } from './bots-context.ts'
import type { OwnAgentInput } from './bots-schema.ts'
import { buildAgents } from './catalogue/build-agents.ts'

type Built = ReturnType<typeof buildAgents>

export interface CompiledAgents {
  readonly part: Uint8Array<ArrayBuffer>
  readonly agents: readonly AgentModel[]
  /** Those of the operator's own. */
  readonly own: readonly AgentModel[]
}

/** The catalogue alone takes a noticeable time to build and is always the same. */
let shipped: Built | undefined

function buildShipped(): Built {
  shipped ??= buildAgents({ own: [], ignore: [] })
  return shipped
}

function toOwn(agent: OwnAgentInput): AgentModel & { readonly pattern: string } {
  const { name, pattern, operator, robots, verify } = agent
  return {
    name,
    pattern,
    class: agent.class,
    ...(operator === undefined ? {} : { operator }),
    ...(robots === undefined ? {} : { robots }),
    proof: {
      signature: [...new Set(verify.signature)],
      ranges: [...new Set(verify.ranges)],
      dns: [...new Set(verify.dns)],
    },
  }
}

function checkNames({ section, problems }: BotsContext, agents: readonly OwnAgentInput[]): void {
  const seen = new Set<string>()
  for (const [i, { name }] of agents.entries()) {
    if (seen.has(name)) {
      const message = `There are two agents ${quoteText(name)}`
      problems.push(
        section.at(['identity', 'agents', i, 'name'], message, 'Give one of the two another name.'),
      )
    }
    seen.add(name)
  }
}

/** Texts of the User-Agent of people's browsers, and of what is in hardly any other. */
const PEOPLE: readonly string[] = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
  'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.0.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/140.0.0.0 Mobile Safari/537.36 OPR/90.0',
].map((text) => text.toLowerCase())

/** An agent whose text is in browsers would be everybody. */
function checkPatterns({ section, problems }: BotsContext, agents: readonly OwnAgentInput[]): void {
  for (const [i, { pattern }] of agents.entries()) {
    if (!PEOPLE.some((text) => text.includes(pattern.toLowerCase()))) continue
    const message = `Browsers have ${quoteText(pattern)} in their User-Agent, so that people would be taken for this agent`
    const fix = 'Write a text that only the agent sends, as its name and a slash: ExampleBot/.'
    problems.push(section.at(['identity', 'agents', i, 'pattern'], message, fix))
  }
}

function checkRanges(
  { section, problems }: BotsContext,
  agents: readonly OwnAgentInput[],
  sources: readonly RangeSourceModel[],
): void {
  const ids = sources.map(({ id }) => id)
  for (const [i, { verify }] of agents.entries()) {
    for (const [j, id] of verify.ranges.entries()) {
      if (ids.includes(id)) continue
      const path = ['identity', 'agents', i, 'verify', 'ranges', j]
      problems.push(section.at(path, `There is no list of ranges ${quoteText(id)}`, suggestFix(id, ids)))
    }
  }
}

function checkIgnored({ section, problems }: BotsContext, ignore: readonly string[]): void {
  if (ignore.length === 0) return
  const names = buildShipped().agents.map(({ name }) => name)
  for (const [i, name] of ignore.entries()) {
    if (names.includes(name)) continue
    const near = suggestName(name, names)
    const fix = `${near === undefined ? '' : `Did you mean ${near}? `}\`sallyport bots agents\` lists all names.`
    problems.push(section.at(['identity', 'ignore', i], `There is no agent ${quoteText(name)}`, fix))
  }
}

/** What is wrong goes to the context's problems; the result then must not be used. */
export function compileAgents(context: BotsContext, sources: readonly RangeSourceModel[]): CompiledAgents {
  const { section, problems } = context
  const { agents, ignore } = section.value.identity
  checkNames(context, agents)
  checkPatterns(context, agents)
  checkRanges(context, agents, sources)
  const before = problems.length
  checkIgnored(context, ignore)
  const own = agents.map(toOwn)
  const built = own.length === 0 && ignore.length === 0 ? buildShipped() : buildAgents({ own, ignore })
  // A name that is not known has been told at its place.
  if (problems.length === before) {
    for (const problem of built.problems)
      problems.push(section.at(['identity'], problem, 'Change the agent of that name.', 'key'))
  }
  return { part: built.part, agents: built.agents, own }
}
