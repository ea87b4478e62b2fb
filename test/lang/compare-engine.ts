/** One expression put to the engine and to us. */
import { compileProgram } from '../../src/lang/compile.ts'
import type { FilterError } from '../../src/lang/filter-error.ts'
import { parseFilter } from '../../src/lang/parse-filter.ts'
import type { EngineRequest, EngineResult } from './engine.ts'
import { ENGINE_SCHEME, engineEnvironment } from './engine-scheme.ts'

/** What we say: one of the two. */
export interface Answer {
  readonly result?: boolean
  readonly error?: FilterError
}

const environment = engineEnvironment()

export function ask(expression: string, request: EngineRequest): Answer {
  const parsed = parseFilter(expression, ENGINE_SCHEME)
  if (!parsed.ok) return { error: parsed.error }
  const program = compileProgram(environment, [parsed.node])
  const frame = program.start(request)
  const result = program.filter(0)(frame)
  if (frame.faults > 0) throw new Error(`a fault in ${JSON.stringify(expression)}`)
  return { result }
}

/** What the two say differently, or nothing. */
export function compare(engine: EngineResult, ours: Answer): string | undefined {
  if ('result' in engine) {
    if (ours.error) return `we refuse: ${ours.error.message}`
    // What is missing makes the engine's build say so; ours has a value for it.
    return engine.result === 'undetermined' || engine.result === ours.result
      ? undefined
      : `we say ${ours.result}, the engine ${engine.result}`
  }
  if (!ours.error) return `we accept what the engine refuses`
  const { line, column, length, source } = ours.error
  const place = `Filter parsing error (${line}:${column}):\n${source}\n${' '.repeat(column - 1)}${'^'.repeat(Math.max(1, length))} `
  if (!engine.error.startsWith(place)) return `we underline another place: ${line}:${column}+${length}`
  const kind = kindOfMessage(engine.error.slice(place.length))
  return kind === ours.error.kind ? undefined : `we call it ${ours.error.kind}, the engine ${kind}`
}

const MESSAGES: readonly (readonly [RegExp, string])[] = [
  [/^(?:regex parse error|Compiled regex)/, 'parse-regex'],
  [/^expected literal /, 'expected-literal'],
  [/^expected value of type /, 'type-mismatch'],
  [/^expected \d+ characters/, 'count-mismatch'],
  [/^expected ", xHH/, 'invalid-character-escape'],
  [/^expected /, 'expected-name'],
  [/while parsing with radix/, 'parse-int'],
  [/^(?:couldn't parse|host part|invalid length for network)/, 'parse-network'],
  [/wildcard/, 'parse-wildcard'],
  [/^invalid raw string/, 'invalid-raw-string'],
  [/^could not find an ending quote/, 'missing-ending-quote'],
  [/^unknown identifier/, 'unknown-identifier'],
  [/^cannot perform this operation/, 'unsupported-operation'],
  [/^incompatible range bounds/, 'incompatible-range-bounds'],
  [/^unrecognised input/, 'end-of-input'],
  [/^invalid number of arguments/, 'invalid-arguments-count'],
  [/^invalid kind of argument/, 'invalid-argument-kind'],
  [/^invalid type of argument/, 'invalid-argument-type'],
  [/^cannot access index/, 'invalid-index-access'],
  [/^invalid use of map each/, 'invalid-map-each-access'],
  [/^invalid list name/, 'invalid-list-name'],
]

function kindOfMessage(message: string): string {
  return MESSAGES.find(([pattern]) => pattern.test(message))?.[1] ?? message
}
