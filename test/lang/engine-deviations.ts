/** Where we differ from the engine on purpose, with the reason and how such a case is told. */
import { toBytes } from '../../src/lang/value.ts'
import type { Answer } from './compare-engine.ts'
import type { EngineResult } from './engine.ts'

interface Deviation {
  readonly reason: string
  explains(expression: string, engine: EngineResult, ours: Answer): boolean
}

/** What we underline. */
function underlined({ error }: Answer): string {
  if (!error) return ''
  return toBytes(error.source).slice(error.column - 1, error.column - 1 + error.length)
}

/** The byte that a line and a column mean. */
function offsetOf(expression: string, line: number, column: number): number {
  const before = toBytes(expression)
    .split('\n')
    .slice(0, line - 1)
  return before.reduce((sum, text) => sum + text.length + 1, column - 1)
}

/** `10.1`, `01.2.3.4`, `10/8`: what `cidr` of the engine reads and others read differently. */
function isLooseNetwork(text: string): boolean {
  const parts = (text.split('/')[0] ?? '').split('.')
  if (!parts.every((part) => /^[0-9]{1,4}$/.test(part))) return false
  return parts.length < 4 || parts.some((part) => /^0[0-9]/.test(part))
}

export const DEVIATIONS: readonly Deviation[] = [
  {
    reason: 'IPv4 in sets: no shorthand and no leading zeros, which programs read in different ways',
    explains: (_expression, _engine, ours) =>
      ours.error?.kind === 'parse-network' &&
      (isLooseNetwork(underlined(ours)) || /^0[0-9]+$/.test(underlined(ours))),
  },
  {
    reason: 'a list must exist: the engine build has no lists and calls it an operation without support',
    explains: (_expression, engine, ours) =>
      ours.error?.kind === 'unknown-list' &&
      'error' in engine &&
      engine.error.includes('cannot perform this operation'),
  },
  {
    reason: 'a bad regular expression in a raw string is underlined itself, not what follows it',
    explains: (expression, engine, ours) => {
      if (ours.error?.kind !== 'parse-regex' || !('error' in engine)) return false
      const place = /^Filter parsing error \((\d+):(\d+)\):/.exec(engine.error)
      if (!place || !engine.error.includes('regex parse error')) return false
      const start = offsetOf(expression, ours.error.line, ours.error.column)
      const end = offsetOf(expression, Number(place[1]), Number(place[2]))
      const bytes = toBytes(expression)
      return /r#*"$/.test(bytes.slice(0, start)) && /"#*$/.test(bytes.slice(start, end))
    },
  },
]
