/**
 * `access.yaml`: guards, each with lists of who may and who may not pass.
 * @module
 */
import { z } from 'zod'
import { prefixSetPart } from '../bundle/encode-bundle.ts'
import { ALLOW, DENY, type GuardModel } from '../bundle/model.ts'
import type { Mode } from '../http/decision.ts'
import type { Prefix } from '../net/prefix.ts'
import type { PrefixEntry } from '../net/prefix-ranges.ts'
import { buildPrefixSet } from '../net/prefix-set.ts'
import { descriptionField, idField, listOf, modeField, strict } from './fields.ts'
import { ASNS, CIDRS, COUNTRIES, type EntryKind } from './list-kinds.ts'
import type { ListReader } from './lists.ts'
import type { Path, Problem } from './problem.ts'
import { type ScopeInput, scopeShape, toScope } from './scope-fields.ts'
import type { Section } from './section.ts'

export const ACCESS_FILE = 'access.yaml'

interface ListsInput {
  cidrs?: string[] | undefined
  asns?: string[] | undefined
  countries?: string[] | undefined
}

export interface GuardInput extends ScopeInput {
  id: string
  description: string
  mode: Mode
  /** What becomes of clients on no list; left out, an allow list means `refuse`. */
  unlisted?: 'pass' | 'refuse' | undefined
  allow?: ListsInput | undefined
  deny?: ListsInput | undefined
}

export interface AccessInput {
  guards: GuardInput[]
}

const asnField = z.union([z.string(), z.int().transform(String)], {
  error: 'must be AS and a number, or a list file',
})
const listsField = strict({
  cidrs: listOf(z.string()).optional(),
  asns: listOf(asnField).optional(),
  countries: listOf(z.string()).optional(),
})

export const accessSchema: z.ZodType<AccessInput> = strict({
  guards: listOf(
    strict({
      id: idField,
      description: descriptionField.default(''),
      mode: modeField.default('enforce'),
      ...scopeShape,
      unlisted: z.enum(['pass', 'refuse']).optional(),
      allow: listsField.optional(),
      deny: listsField.optional(),
    }),
  ).prefault([]),
})

export interface CompiledAccess {
  readonly guards: readonly GuardModel[]
  /** Address sets by the name of their bundle part. */
  readonly sets: ReadonlyMap<string, ArrayBuffer>
}

interface Context {
  readonly section: Section<AccessInput>
  readonly lists: ListReader
  readonly problems: Problem[]
  readonly warnings: Problem[]
}

type Verdict = 'allow' | 'deny'

/** All values of one list of one guard, without repetition of scalars. */
function expand<T>(
  context: Context,
  kind: EntryKind<T>,
  entries: readonly string[] | undefined,
  path: Path,
): T[] {
  const { lists, problems, section } = context
  const values = (entries ?? []).map((entry, i) =>
    lists.read(kind, entry, (message, fix) => problems.push(section.at([...path, i], message, fix))),
  )
  return [...new Set(values.flat())]
}

function expandBoth<T>(
  context: Context,
  kind: EntryKind<T>,
  index: number,
  key: keyof ListsInput,
): Record<Verdict, T[]> {
  const guard = context.section.value.guards[index]
  const at = (verdict: Verdict): T[] =>
    expand(context, kind, guard?.[verdict]?.[key], ['guards', index, verdict, key])
  return { allow: at('allow'), deny: at('deny') }
}

function entriesOf(prefixes: readonly Prefix[], value: number): PrefixEntry[] {
  return prefixes.map((prefix) => ({ prefix, value }))
}

function hasLists(lists: ListsInput | undefined): boolean {
  return lists !== undefined && Object.values(lists).some((list) => list !== undefined)
}

/** An allow list says who may pass, so the others may not, unless the guard says that it only lists exceptions. */
function refusesUnlisted(guard: GuardInput): boolean {
  return guard.unlisted === undefined ? hasLists(guard.allow) : guard.unlisted === 'refuse'
}

interface Counts {
  readonly allowed: number
  readonly denied: number
}

/** Guards that refuse everyone or no one are allowed, but worth a word. */
function warnOfEmpty({ section, warnings }: Context, index: number, guard: GuardInput, counts: Counts): void {
  const path = ['guards', index]
  if (refusesUnlisted(guard) && counts.allowed === 0) {
    const message = `Guard ${guard.id} refuses everybody: it has nobody on an allow list`
    warnings.push(section.at(path, message, 'Fill an allow list, or write unlisted: pass.'))
  }
  if (!refusesUnlisted(guard) && counts.denied === 0) {
    const message = `Guard ${guard.id} refuses nobody: it has nobody on a deny list`
    warnings.push(section.at(path, message, 'Fill a deny list, or remove the guard.'))
  }
}

function compileGuard(
  context: Context,
  index: number,
  guard: GuardInput,
  sets: Map<string, ArrayBuffer>,
): GuardModel {
  const { section, problems } = context
  if (!hasLists(guard.allow) && !hasLists(guard.deny)) {
    problems.push(
      section.at(
        ['guards', index],
        `Guard ${guard.id} has no list`,
        'Give it allow or deny with cidrs, asns or countries.',
      ),
    )
  }
  const prefixes = expandBoth(context, CIDRS, index, 'cidrs')
  const asns = expandBoth(context, ASNS, index, 'asns')
  const countries = expandBoth(context, COUNTRIES, index, 'countries')
  const count = (verdict: Verdict): number =>
    prefixes[verdict].length + asns[verdict].length + countries[verdict].length
  warnOfEmpty(context, index, guard, { allowed: count('allow'), denied: count('deny') })
  const entries = [...entriesOf(prefixes.allow, ALLOW), ...entriesOf(prefixes.deny, DENY)]
  const part = entries.length > 0 ? prefixSetPart(guard.id) : ''
  if (part !== '') sets.set(part, buildPrefixSet(entries))
  return {
    id: guard.id,
    description: guard.description,
    mode: guard.mode,
    scope: toScope(guard),
    prefixes: part,
    asns,
    countries,
    allow_listed_only: refusesUnlisted(guard),
  }
}

/** Compiles all guards. What is wrong goes to the context's problems; the result then must not be used. */
export function compileAccess(context: Context): CompiledAccess {
  const sets = new Map<string, ArrayBuffer>()
  const guards = context.section.value.guards.map((guard, index) => compileGuard(context, index, guard, sets))
  return { guards, sets }
}
