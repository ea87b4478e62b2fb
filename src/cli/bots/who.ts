/**
 * `sallyport bots who`: which agent a User-Agent names, how that could be proved, and what it gets.
 * @module
 */
import type { Command } from 'commander'
import type { AgentModel, BotsModel, CrawlerTerms } from '../../bundle/bots-model.ts'
import { type Bundle, openBundle } from '../../bundle/bundle.ts'
import type { Identity } from '../../ingress/bots/assessment.ts'
import { createCrawlers } from '../../ingress/bots/crawlers/crawlers.ts'
import { describeTerms } from '../../ingress/bots/crawlers/describe-crawlers.ts'
import { openAgents } from '../../ingress/bots/identity/agent-index.ts'
import { createRangeBook } from '../../ingress/bots/ranges/range-book.ts'
import { type Address, parseAddress } from '../../net/address.ts'
import { DONE, exitForUsage, PROBLEM, USAGE } from '../exit-codes.ts'
import { toPlainText } from '../explain/plain-text.ts'
import { loadFolder } from '../load-folder.ts'

export interface WhoFlags {
  readonly policy: string
  readonly ip?: string
  readonly path: string
  readonly json?: boolean
}

export interface WhoShell {
  readonly out: (line: string) => void
  readonly err: (line: string) => void
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** What is known without asking anybody. */
interface WhoReport {
  readonly declared: boolean
  readonly agent?: string
  readonly class?: string
  readonly operator?: string
  readonly robots?: string
  readonly proof?: AgentModel['proof']
  /** Of an address that was given, by the snapshots of published ranges. */
  readonly ranges?: string
  readonly path: string
  readonly terms?: CrawlerTerms
}

const NOBODY: AgentModel = { name: '', class: 'other', proof: { signature: [], ranges: [], dns: [] } }

const PLACES: Readonly<Record<string, string>> = {
  inside: 'among those that its operator publishes',
  outside: 'not among those that its operator publishes',
  unknown: 'unknown: no list of its operator is here, or none that is recent enough',
}

function findRanges(
  bundle: Bundle,
  model: BotsModel,
  { proof }: AgentModel,
  address: Address,
  now: number,
): string {
  if (proof.ranges.length === 0) return 'its operator publishes no addresses that are known here'
  const book = createRangeBook(
    model.ranges,
    (part) => bundle.prefixSet(part),
    model.verification.ranges_max_age,
  )
  return PLACES[book.find(address, proof.ranges, now)] ?? ''
}

function report(
  model: BotsModel,
  { agent, declared }: Identity,
  path: string,
  ranges: string | undefined,
): WhoReport {
  const terms = agent || declared ? createCrawlers(model).termsFor(agent ?? NOBODY, path) : undefined
  return {
    declared,
    ...(agent === undefined ? {} : { agent: agent.name, class: agent.class, proof: agent.proof }),
    ...(agent?.operator === undefined ? {} : { operator: agent.operator }),
    ...(agent?.robots === undefined ? {} : { robots: agent.robots }),
    ...(ranges === undefined ? {} : { ranges }),
    path,
    // A policy is its paths, too, which are not of interest here.
    ...(terms === undefined
      ? {}
      : {
          terms: {
            action: terms.action,
            ...(terms.rate ? { rate: terms.rate } : {}),
            ...(terms.price ? { price: terms.price } : {}),
          },
        }),
  }
}

function* nameProofs({ signature, ranges, dns }: AgentModel['proof']): Generator<string> {
  if (signature.length > 0) yield `signatures (Web Bot Auth) of ${signature.join(', ')}`
  if (ranges.length > 0) yield `published addresses: ${ranges.join(', ')}`
  if (dns.length > 0) yield `host names that end in ${dns.join(', ')}`
}

function* render(said: WhoReport): Generator<string> {
  const { agent, operator, robots, proof, terms, declared, ranges, path } = said
  if (agent === undefined)
    yield declared
      ? 'Says that it is automated; no agent that is known by name.'
      : 'Does not say that it is automated: judged by its signals (`sallyport explain`).'
  else yield `${agent}${operator === undefined ? '' : ` of ${operator}`}, ${said.class}`
  if (robots !== undefined) yield `  in robots.txt   ${robots}`
  const proofs = proof === undefined ? [] : [...nameProofs(proof)]
  if (agent !== undefined)
    yield `  proved by       ${proofs.length === 0 ? 'nothing: its name can be borrowed' : proofs.join('; ')}`
  if (ranges !== undefined) yield `  this address    ${ranges}`
  if (terms !== undefined) yield `  at ${toPlainText(path, 60).padEnd(12)} ${describeTerms(terms)}`
}

/** @returns the exit code. */
export async function executeWho(userAgent: string, flags: WhoFlags, shell: WhoShell): Promise<number> {
  const address = flags.ip === undefined ? undefined : parseAddress(flags.ip)
  if (flags.ip !== undefined && address === undefined) {
    shell.err('sallyport bots who: --ip takes an IPv4 or IPv6 address, as 192.0.2.7.')
    return USAGE
  }
  const loaded = await loadFolder(flags.policy, { undone: 'nobody was looked up' })
  if (!loaded) return PROBLEM
  const bundle = openBundle(loaded.bundle.buffer)
  const model = bundle.model.bots
  if (model === undefined) {
    shell.err(`sallyport bots who: ${flags.policy} has no bots.yaml, and so no agents. Add the file.`)
    return PROBLEM
  }
  const identity = openAgents(bundle.part(model.agents)).identify(userAgent)
  const { agent } = identity
  const ranges =
    address === undefined || agent === undefined
      ? undefined
      : findRanges(bundle, model, agent, address, shell.now())
  const said = report(model, identity, flags.path, ranges)
  if (flags.json) shell.out(JSON.stringify(said, null, 2))
  else for (const line of render(said)) shell.out(line)
  return DONE
}

const MORE = `
Examples:
  sallyport bots who 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' --ip 66.249.66.1
  sallyport bots who curl/8.5.0 --path /api/orders

Nobody is asked: signatures and host names are not looked at, addresses only in the snapshots of the policy.

Exit codes:
  0  answered
  1  the policy has problems, or no bots.yaml
  2  wrong usage`

/** Adds `who` to the command `bots`. */
export function addBotsWho(bots: Command): void {
  bots
    .command('who')
    .description('which agent a User-Agent names, how it proves that, and what it gets')
    .argument('<user-agent>', 'as the client sends it')
    .option('--policy <folder>', 'the policy to ask', 'rules')
    .option('--ip <address>', 'of the client: is it one that the operator publishes?')
    .option('--path <path>', 'what it asks for', '/')
    .option('--json', 'print one JSON object')
    .addHelpText('after', MORE)
    .exitOverride(exitForUsage)
    .action(async (userAgent: string, flags: WhoFlags) => {
      process.exitCode = await executeWho(userAgent, flags, {
        out: (line) => console.log(line),
        err: (line) => console.error(line),
        now: () => Date.now(),
      })
    })
}
