/**
 * Counts where two policies decide otherwise about the same requests. Memory does not grow with the log.
 * @module
 */
import type { Decision } from '../../http/decision.ts'
import type { LogRequest } from '../replay/log-request.ts'
import { toPrintable } from '../replay/printable.ts'
import { pathOf, type Verdict } from '../replay/tally.ts'

export interface DecisionDifference {
  /** What both said: `pass → block 403 access.office`, `now logs rule.bots`. */
  readonly change: string
  readonly requests: number
  /** Requests as `GET www.example.com/path from 203.0.113.7 (was 200)`; the first few. */
  readonly examples: readonly string[]
}

export interface DecisionComparison {
  add(request: LogRequest, before: Verdict, after: Verdict): void
  readonly requests: number
  /** Requests that at least one difference is about. */
  readonly different: number
  /** By falling count. */
  differences(): readonly DecisionDifference[]
}

/** Pairs of decisions counted apart; there are as many as pairs of rules at the most. */
const MAX_GROUPS = 1024
const MAX_EXAMPLES = 3
const OTHERS = '(other differences)'

function name({ action, status, rule }: Decision): string {
  return `${action} ${status} ${rule}`
}

function describeEnd({ terminal, route }: Verdict): string {
  if (terminal) return name(terminal)
  return route ? `pass to ${route.model.id}` : 'pass'
}

function logs({ logged }: Verdict): readonly string[] {
  return [...new Set(logged.map(({ rule }) => rule))]
}

/** Names that only one of the two has. */
function compareNames(
  before: readonly string[],
  after: readonly string[],
  words: { readonly gone: string; readonly come: string },
): readonly string[] {
  return [
    ...after.filter((name) => !before.includes(name)).map((name) => `${words.come} ${name}`),
    ...before.filter((name) => !after.includes(name)).map((name) => `${words.gone} ${name}`),
  ]
}

/** The end is the same; what the request, or the client, is told on the way may not be. */
function describeContents(before: Verdict, after: Verdict): readonly string[] {
  const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
  const { terminal } = after
  const moved = terminal !== undefined && before.terminal?.location !== terminal.location
  const applied = compareNames(before.matched ?? [], after.matched ?? [], {
    come: 'now applies',
    gone: 'no longer applies',
  })
  const edited = applied.length === 0 && !isSame(before.requestEdits, after.requestEdits)
  return [
    ...(moved ? [`${name(terminal)} to another location`] : []),
    ...applied,
    ...(edited ? ['other header fields for the origin'] : []),
  ]
}

/** Nothing when both decide alike. */
function describeDifferences(before: Verdict, after: Verdict): readonly string[] {
  const from = describeEnd(before)
  const to = describeEnd(after)
  // A request that ends earlier is not looked at by later rules: that follows from the difference in its end.
  if (from !== to) return [`${from} → ${to}`]
  return [
    ...compareNames(logs(before), logs(after), { come: 'now logs', gone: 'no longer logs' }),
    ...describeContents(before, after),
  ]
}

function describeRequest({ method, host, target, client, status }: LogRequest): string {
  const where = toPrintable(`${host ?? ''}${pathOf(target)}`, 100)
  const was = status === undefined ? '' : ` (was ${status})`
  return `${toPrintable(method, 20)} ${where} from ${toPrintable(client, 64)}${was}`
}

export function createDecisionComparison(): DecisionComparison {
  const groups = new Map<string, { requests: number; examples: string[] }>()
  const counts = { requests: 0, different: 0 }
  return {
    add(request, before, after) {
      counts.requests++
      const changes = describeDifferences(before, after)
      if (changes.length > 0) counts.different++
      for (const change of changes) {
        const key = groups.has(change) || groups.size < MAX_GROUPS ? change : OTHERS
        const group = groups.get(key) ?? { requests: 0, examples: [] }
        groups.set(key, group)
        group.requests++
        if (group.examples.length < MAX_EXAMPLES) group.examples.push(describeRequest(request))
      }
    },
    get requests() {
      return counts.requests
    },
    get different() {
      return counts.different
    },
    differences: () =>
      [...groups]
        .map(([change, group]) => ({ change, ...group }))
        .sort((a, b) => b.requests - a.requests || (a.change < b.change ? -1 : 1)),
  }
}
