/**
 * The lists that expressions name: `lists/office-networks.txt` is `$office_networks`.
 * @module
 */
import { listPart } from '../bundle/encode-bundle.ts'
import type { ListModel } from '../bundle/model.ts'
import type { ListKind } from '../lang/scheme.ts'
import { walkNodes } from '../lang/walk-nodes.ts'
import { buildPrefixSet } from '../net/prefix-set.ts'
import type { ExpressionReader, ListKinds, PolicyExpression } from './expressions.ts'
import { ASNS, CIDRS, COUNTRIES, type EntryKind, HOSTNAMES } from './list-kinds.ts'
import type { ListReader } from './lists.ts'
import { type Problem, quoteText } from './problem.ts'

/** The name of a file in expressions; `undefined` when it has none (Cloudflare: lower case, digits and `_`). */
export function listNameOf(file: string): string | undefined {
  const name = file
    .replace(/^lists\//, '')
    .replace(/\.txt$/, '')
    .replaceAll('-', '_')
  return /^[a-z0-9_]{1,50}$/.test(name) ? name : undefined
}

const TYPES: Readonly<Record<EntryKind<unknown>['id'], ListKind>> = {
  ip: 'Ip',
  asn: 'Int',
  country: 'Bytes',
  hostname: 'Bytes',
}

/** A list without entries and kind is one of what it is compared with. */
const KIND_OF_TYPE: Readonly<Record<ListKind, EntryKind<unknown>['id']>> = {
  Ip: 'ip',
  Int: 'asn',
  Bytes: 'hostname',
}

export interface NamedLists {
  /** Files by name. */
  readonly files: ReadonlyMap<string, string>
  readonly kinds: ListKinds
}

/** Names all files of a reader; two files with one name are a problem. */
export function nameLists(lists: ListReader, problems: Problem[]): NamedLists {
  const files = new Map<string, string>()
  const known = new Map<string, ListKind>()
  const undecided = new Set<string>()
  for (const file of lists.names) {
    const name = listNameOf(file)
    if (name === undefined) continue
    const other = files.get(name)
    if (other !== undefined) {
      const message = `${quoteText(file)} and ${quoteText(other)} are both $${name} in expressions`
      problems.push({ file, line: 1, column: 1, path: '', message, fix: 'Give one of the two another name.' })
      continue
    }
    files.set(name, file)
    const kind = lists.kindOf(file)
    if (kind) known.set(name, TYPES[kind.id])
    else undecided.add(name)
  }
  return { files, kinds: { known, undecided } }
}

/** Names of the lists that expressions use, in order. */
function usedLists(expressions: readonly PolicyExpression[]): readonly string[] {
  const names = new Set<string>()
  for (const { node } of expressions) {
    walkNodes(node, (each) => {
      if (each.kind === 'comparison' && each.operation.kind === 'in-list') names.add(each.operation.list)
    })
  }
  return [...names].sort()
}

export interface CompiledLists {
  readonly models: readonly ListModel[]
  /** Address sets by the name of their bundle part. */
  readonly sets: ReadonlyMap<string, ArrayBuffer>
}

/** Sets of texts and numbers are built from JSON when an isolate starts: more than this costs it too much memory. */
const MAX_VALUES = 200_000

/** All values of a list that travels in the model, each once. */
function readValues<T>(
  kind: EntryKind<T>,
  file: string,
  lists: ListReader,
  problems: Problem[],
): readonly T[] {
  const values = [...new Set(lists.readFile(kind, file))]
  if (values.length > MAX_VALUES) {
    const message = `The list has ${values.length} ${kind.name}; an expression can name one of at most ${MAX_VALUES}`
    const fix =
      kind.id === 'hostname' ? 'Cover many names by one *.suffix, or split the list.' : 'Split the list.'
    problems.push({ file, line: 1, column: 1, path: '', message, fix })
  }
  return values
}

/** Compiles the lists that the reader's expressions name, in order of their names; others stay out of the bundle. */
export function compileLists(
  named: NamedLists,
  lists: ListReader,
  reader: Pick<ExpressionReader, 'expressions' | 'lists'>,
  problems: Problem[],
): CompiledLists {
  const sets = new Map<string, ArrayBuffer>()
  const models = usedLists(reader.expressions).flatMap((name): ListModel[] => {
    const file = named.files.get(name)
    if (file === undefined) return []
    const id = lists.kindOf(file)?.id ?? KIND_OF_TYPE[reader.lists.get(name) ?? 'Ip']
    const read = <T>(kind: EntryKind<T>): readonly T[] => readValues(kind, file, lists, problems)
    if (id === 'asn') return [{ name, kind: id, values: read(ASNS) }]
    if (id === 'country') return [{ name, kind: id, values: read(COUNTRIES) }]
    if (id === 'hostname') return [{ name, kind: id, values: read(HOSTNAMES) }]
    const prefixes = lists.readFile(CIDRS, file)
    const part = listPart(name)
    sets.set(part, buildPrefixSet(prefixes.map((prefix) => ({ prefix, value: 1 }))))
    return [{ name, kind: id, part, count: prefixes.length }]
  })
  return { models, sets }
}
