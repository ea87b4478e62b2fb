/**
 * What an expression looks at that an access log may not have.
 * @module
 */
import type { RequestFacts } from '../../http/facts.ts'
import { FIELD_READERS } from '../../http/rule-fields/readers.ts'
import type { ArgumentNode, FieldNode, LogicalNode, ValueNode } from '../../lang/ast.ts'
import { walkNodes } from '../../lang/walk-nodes.ts'

export interface RuleNeeds {
  /** Lower-case names of header fields. A request without one may be a log without it. */
  readonly headers: readonly string[]
  /** Whether something else it looks at is unknown of this request. */
  readonly lacks: (facts: RequestFacts) => boolean
}

/** Fields that are read from one header field. */
const FROM_HEADER: Readonly<Record<string, string>> = {
  'http.cookie': 'cookie',
  'http.referer': 'referer',
  'http.request.accepted_languages': 'accept-language',
  'http.request.cookies': 'cookie',
  'http.user_agent': 'user-agent',
  'http.x_forwarded_for': 'x-forwarded-for',
}

/** No log has all header fields. */
const WHOLE_SECTION: ReadonlySet<string> = new Set([
  'http.request.headers',
  'http.request.headers.names',
  'http.request.headers.values',
  'http.request.headers.truncated',
])

export function findNeeds(nodes: readonly (LogicalNode | ValueNode)[]): RuleNeeds {
  const headers = new Set<string>()
  const fields = new Set<string>()
  const seen = new Set<ArgumentNode>()
  for (const node of nodes) {
    walkNodes(node, (part) => {
      const name = headerOf(part)
      if (name !== undefined && part.kind === 'index') {
        headers.add(name)
        seen.add(part.of)
      } else if (part.kind === 'field' && !seen.has(part)) addField(part, headers, fields)
    })
  }
  const all = [...fields]
  return { headers: [...headers], lacks: (facts) => all.some((name) => isUnknown(name, facts)) }
}

/** The name in `http.request.headers["name"]`. */
function headerOf(node: ArgumentNode): string | undefined {
  if (node.kind !== 'index' || node.of.kind !== 'field' || node.of.name !== 'http.request.headers')
    return undefined
  const [first] = node.indexes
  return first?.kind === 'key' ? first.key : undefined
}

function addField({ name }: FieldNode, headers: Set<string>, fields: Set<string>): void {
  const header = FROM_HEADER[name]
  // A log has the status of the answer; where it has not, limits have a note of their own.
  if (name === 'http.response.code') return
  if (header === undefined) fields.add(name)
  else headers.add(header)
}

function isUnknown(name: string, facts: RequestFacts): boolean {
  return WHOLE_SECTION.has(name) || FIELD_READERS.get(name)?.({ request: facts, now: 0 }) === undefined
}
