/**
 * Edits of header fields on a route.
 * @module
 */
import { z } from 'zod'
import type { HeaderEdits } from '../bundle/model.ts'
import { strict } from './fields.ts'
import { explainHeaderName, explainHeaderValue, type HeaderDirection } from './header-names.ts'
import { type Path, type Problem, quoteText } from './problem.ts'
import type { Section } from './section.ts'

export interface HeaderEditsInput {
  set: Record<string, string>
  add: Record<string, string | string[]>
  remove: string[]
}

const MAX_FIELDS = 100

export const headerEditsField: z.ZodType<HeaderEditsInput> = strict({
  set: z.record(z.string(), z.string()).prefault({}),
  add: z.record(z.string(), z.union([z.string(), z.array(z.string()).max(MAX_FIELDS)])).prefault({}),
  remove: z.array(z.string()).max(MAX_FIELDS).prefault([]),
}).prefault({})

/** Compiles the edits found at `path`; names come out in lower case. */
export function compileHeaderEdits(
  section: Pick<Section<unknown>, 'at'>,
  path: readonly [...Path, HeaderDirection],
  input: HeaderEditsInput,
  problems: Problem[],
): HeaderEdits {
  const direction = path[path.length - 1] as HeaderDirection
  const seen = new Map<string, string>()
  const check = (place: Path, found: readonly [string, string] | undefined, what: 'key' | 'value'): void => {
    if (found) problems.push(section.at([...path, ...place], found[0], found[1], what))
  }
  const readName = (kind: string, written: string, place: Path, what: 'key' | 'value'): string => {
    const name = written.toLowerCase()
    check(place, explainHeaderName(name, direction), what)
    const other = seen.get(name)
    const twice = `${quoteText(name)} is edited twice, in ${other} and ${kind}`
    if (other) check(place, [twice, 'Keep one of the two.'], what)
    seen.set(name, kind)
    return name
  }
  const readPairs = (kind: 'set' | 'add', fields: HeaderEditsInput['add']): (readonly [string, string])[] =>
    Object.entries(fields).flatMap(([written, values]) => {
      const name = readName(kind, written, [kind, written], 'key')
      return [values].flat().map((value) => {
        check([kind, written], explainHeaderValue(value), 'value')
        return [name, value] as const
      })
    })
  return {
    set: readPairs('set', input.set),
    add: readPairs('add', input.add),
    remove: input.remove.map((name, i) => readName('remove', name, ['remove', i], 'value')),
  }
}
