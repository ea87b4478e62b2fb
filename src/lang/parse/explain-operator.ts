/**
 * What to write where an operator was expected and something else was found.
 * @module
 */
import type { ValueNode } from '../ast.ts'
import type { Scheme } from '../scheme.ts'
import { describeType } from './type-text.ts'

/** What people write, in lower case, and what it is called here. */
const HABITS: ReadonlyMap<string, string> = new Map([
  ['=', 'Write == or eq to compare.'],
  ['<>', 'Write != or ne.'],
  ['=~', 'Write ~ or matches.'],
  ['is', 'Write == or eq.'],
  ['equals', 'Write == or eq.'],
  ['like', 'Write wildcard and a pattern with *: wildcard "/blog/*".'],
  ['has', 'Write contains.'],
  ['includes', 'Write contains.'],
  ['not', 'Put not in front of the whole comparison: not http.host in {"a" "b"}.'],
  ['!in', 'Put not in front of the whole comparison: not http.host in {"a" "b"}.'],
  ['regex', 'Write ~ or matches.'],
  ['startswith', 'Write it as a function: starts_with(http.request.uri.path, "/api/").'],
  ['endswith', 'Write it as a function: ends_with(http.request.uri.path, ".php").'],
])

const OPERATORS: ReadonlySet<string> = new Set('in eq ne ge le gt lt contains matches wildcard'.split(' '))

export function explainOperator(source: string, at: number, left: ValueNode, scheme: Scheme): string {
  const word = /^(?:[A-Za-z_]+|![a-z]+|[=<>!~]+)/.exec(source.slice(at, at + 40))?.[0] ?? ''
  if (scheme.functions.has(word)) {
    const name = left.kind === 'field' ? left.name : 'field'
    return `${word} is a function: write ${word}(${name}, ...).`
  }
  const lower = word.toLowerCase()
  const habit = HABITS.get(lower)
  if (habit !== undefined) return habit
  if (OPERATORS.has(lower)) return `Operators are in lower case: write ${lower}.`
  if (source[at] === '\t') return 'Write spaces instead of tabs.'
  if (typeof left.type !== 'string') return 'Compare an element, [0] or ["name"], or all in any(... [*] ...).'
  const example = left.type === 'Int' ? '== 1' : left.type === 'Ip' ? 'in {192.0.2.0/24}' : '== "..."'
  return `A value of type ${describeType(left.type)} must be compared with something, as ${example}.`
}
