/**
 * One rule while it is compiled: where it stands and where its problems go.
 * @module
 */
import type { Phase } from '../bundle/model.ts'
import type { ValueNode } from '../lang/ast.ts'
import type { ExpressionReader } from './expressions.ts'
import type { Path, Problem } from './problem.ts'
import type { TextInput } from './rule-schema.ts'
import type { Section } from './section.ts'

export interface RuleContext {
  readonly section: Section<unknown>
  readonly problems: Problem[]
  readonly reader: ExpressionReader
  /** Of the rule in its file. */
  readonly path: Path
  readonly id: string
  readonly phase: Phase
}

/** Adds a problem at `place` below the rule. */
export function reportAt(
  { section, problems, path }: Pick<RuleContext, 'section' | 'problems' | 'path'>,
  place: Path,
  message: string,
  fix: string,
  what: 'key' | 'value' = 'value',
): void {
  problems.push(section.at([...path, ...place], message, fix, what))
}

/** A fixed text as it is, or the tree of an expression; `undefined` after a problem was reported. */
export function readText(
  context: RuleContext,
  place: Path,
  input: TextInput,
): string | ValueNode | undefined {
  if (typeof input === 'string') return input
  const { section, reader, path, id, phase } = context
  const at = { section, path: [...path, ...place, 'expression'], rule: `rules.${id}`, phase }
  return reader.value(at, input.expression)
}
