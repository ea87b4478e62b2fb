/**
 * Regular expressions that mean more than they seem to, or less than they cost.
 * @module
 */
import type { ComparisonNode, LogicalNode } from '../../lang/ast.ts'
import { printNode } from '../../lang/print-node.ts'
import { worstRegexSteps } from '../../lang/regex/cost.ts'
import { toText } from '../../lang/value.ts'
import { walkNodes } from '../../lang/walk-nodes.ts'
import { quoteText } from '../problem.ts'
import type { Finding, FindingCode, Severity } from './finding.ts'
import type { RuleView } from './rule-view.ts'

interface Remark {
  readonly severity: Severity
  readonly code: FindingCode
  readonly message: string
  readonly fix: string
}

/** The text that an expression without any operator stands for. */
function literalText(source: string): string | undefined {
  if (!/^(?:[A-Za-z0-9 _\-/:@,;=&%~]|\\[-./:_])+$/.test(source)) return undefined
  return source.replace(/\\(.)/g, '$1')
}

function remarkPlain(left: string, source: string): Remark | undefined {
  const start = source.startsWith('^')
  const end = source.endsWith('$') && !source.endsWith('\\$')
  const text = literalText(source.slice(start ? 1 : 0, end ? -1 : undefined))
  if (text === undefined) return undefined
  const quoted = quoteText(toText(text))
  const plain = `${left} ${start ? 'eq' : 'contains'} ${quoted}`
  const better = start === end ? plain : `${start ? 'starts_with' : 'ends_with'}(${left}, ${quoted})`
  const message = 'A plain text needs no regular expression'
  return {
    severity: 'note',
    code: 'regex-plain',
    message,
    fix: `Write ${better}: it is faster and easier to read.`,
  }
}

/** A dot between two letters of a name, neither escaped nor in a class nor repeated. */
function hasLooseDot(source: string): boolean {
  const bare = source.replace(/\\./g, '\\').replace(/\[[^\]]*\]/g, '[')
  return /[A-Za-z0-9)]\.(?![*+?{])[A-Za-z0-9(]/.test(bare)
}

function isAnchored(source: string): boolean {
  const flagged = source.replace(/^\(\?[a-z]+\)/, '')
  const starts = /^(?:\^|\\A|\\\.|\((?:\?:)?(?:\^\||\^\)|\^|\\A))|^\((?:\?:)?[^()]*\|\^\)/.test(flagged)
  return starts && /(?:\$|\\z)\)?$/.test(flagged)
}

function remarkHost(source: string): readonly Remark[] {
  const remarks: Remark[] = []
  if (hasLooseDot(source)) {
    const message = 'The dot stands for any character: another host name matches, too'
    remarks.push({
      severity: 'warning',
      code: 'regex-dot',
      message,
      fix: 'Write \\. for a dot, or compare with eq or wildcard.',
    })
  }
  if (!isAnchored(source)) {
    const message = 'The pattern may begin or end anywhere: a host name that only contains it matches, too'
    const fix = 'Write ^ and $ around it, or compare with eq, ends_with() or wildcard.'
    remarks.push({ severity: 'warning', code: 'regex-unanchored', message, fix })
  }
  return remarks
}

const HOSTS: ReadonlySet<string> = new Set([
  'http.host',
  'lower(http.host)',
  'http.request.headers["host"][0]',
  'http.request.headers["host"][*]',
])

function remarksOn({ left, operation }: ComparisonNode): readonly Remark[] {
  if (operation.kind !== 'matches') return []
  const { source, engine } = operation.plan
  const of = printNode(left)
  const plain = remarkPlain(of, source)
  const host = HOSTS.has(of) ? remarkHost(source) : []
  const linear = engine === 'linear' ? [remarkLinear(worstRegexSteps(operation.plan))] : []
  return [...host, ...(plain && host.length === 0 ? [plain] : []), ...linear]
}

/**
 * Steps for each byte that an attacker chose, at some nanoseconds each: 256 of them are about 15 ms for 8 KiB,
 * 1,024 about 60 ms, more than a request may compute by the shipped `limits.cpu_ms`.
 */
const MANY_STEPS = 256
const TOO_MANY_STEPS = 1024

function remarkLinear(steps: number): Remark {
  if (steps <= MANY_STEPS) {
    return {
      severity: 'note',
      code: 'regex-linear',
      message: 'The pattern runs on the linear engine, which is slower than the native one',
      fix: 'Avoid nested and neighbouring repetitions that can take the same text.',
    }
  }
  return {
    severity: steps > TOO_MANY_STEPS ? 'error' : 'warning',
    code: 'regex-steps',
    message: `The pattern can take ${steps} steps for each byte that an attacker chooses`,
    fix: `Repeat fewer things fewer times, or split it; up to ${MANY_STEPS} steps are well, ${TOO_MANY_STEPS} the most.`,
  }
}

export function findRegexPitfalls(views: readonly RuleView[]): readonly Finding[] {
  return views.flatMap(({ name, filter, problemAt, counting }) => {
    const findings: Finding[] = []
    const look = (tree: LogicalNode, at: RuleView['problemAt']): void =>
      walkNodes(tree, (node) => {
        if (node.kind !== 'comparison') return
        for (const { severity, code, message, fix } of remarksOn(node))
          findings.push({ severity, code, rule: name, problem: at(node.span, message, fix) })
      })
    look(filter, problemAt)
    if (counting) look(counting.node, counting.problemAt)
    return findings
  })
}
