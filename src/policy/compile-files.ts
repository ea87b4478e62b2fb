/**
 * Reads and compiles every file of a policy, so that one run shows all there is to mend.
 * @module
 */
import type { PolicyModel } from '../bundle/model.ts'
import { ACCESS_FILE, type AccessInput, accessSchema, compileAccess } from './access.ts'
import { BOTS_FILE, type BotsInput, botsSchema } from './bots/bots-schema.ts'
import { type CompiledBots, compileBots } from './bots/compile-bots.ts'
import { compileDos, DOS_FILE, dosSchema } from './dos.ts'
import { createExpressionReader, type PolicyExpression } from './expressions.ts'
import { HYGIENE_FILE, hygieneSchema } from './hygiene.ts'
import { joinLimits } from './join-limits.ts'
import { compileLimits } from './limits.ts'
import { LIMITS_FILE, type LimitsInput, limitsSchema } from './limits-schema.ts'
import { createListReader, type ListReader } from './lists.ts'
import { compileLists, listNameOf, nameLists } from './named-lists.ts'
import { compileTests, TESTS_FOLDER, testsSchema } from './policy-tests.ts'
import type { Path, PolicyFiles, Problem } from './problem.ts'
import { routesSchema } from './route-schema.ts'
import { compileRoutes, ROUTES_FOLDER } from './routes.ts'
import { listRuleIds } from './rule-ids.ts'
import { customSchema, redirectsSchema, transformsSchema } from './rule-schema.ts'
import { CUSTOM_FILE, compileRules, REDIRECTS_FILE, TRANSFORMS_FILE } from './rules.ts'
import { readSection, type Section, type SectionResult } from './section.ts'
import { SETTINGS_FILE, settingsSchema } from './settings.ts'
import type { PolicyTest } from './test-case.ts'

/** All that makes a policy but its version, and the sections that later warnings point into. */
export interface CompiledFiles {
  readonly content: PolicyModel
  /** Address sets and other tables by the name of their bundle part. */
  readonly sets: ReadonlyMap<string, ArrayBuffer>
  readonly tests: readonly PolicyTest[]
  readonly expressions: readonly PolicyExpression[]
  readonly access: Section<AccessInput>
  readonly limits: Section<LimitsInput>
  /** Where each limit of `limits` is written, in their order; those of other files come after. */
  readonly limitPaths: readonly Path[]
}

/** Ids name rules in records and counters in storage: one kind never has the same id twice. */
function checkIds(sections: readonly Section<unknown>[], key: string, problems: Problem[]): void {
  const owners = new Map<string, string>()
  for (const section of sections) {
    const items = (section.value as Readonly<Record<string, readonly { id: string }[]>>)[key] ?? []
    for (const [index, { id }] of items.entries()) {
      const problem = section.at([key, index, 'id'], '', 'Give one of the two another id.')
      const first = owners.get(id)
      if (first) problems.push({ ...problem, message: `The id ${id} is used twice; first at ${first}` })
      else owners.set(id, `${problem.file}:${problem.line}`)
    }
  }
}

/** The section, or `undefined` after adding its problems. */
function take<T>(result: SectionResult<T>, problems: Problem[]): Section<T> | undefined {
  if (result.ok) return result.section
  problems.push(...result.problems)
  return undefined
}

/** The files of a folder that can be read, in order of their names. */
function readAll<T>(
  files: PolicyFiles,
  folder: string,
  schema: Parameters<typeof readSection<T>>[2],
  problems: Problem[],
): readonly Section<T>[] {
  const names = [...files.keys()].filter((name) => name.startsWith(folder) && name.endsWith('.yaml')).sort()
  return names.flatMap((name) => take(readSection(files, name, schema), problems) ?? [])
}

function readSections(files: PolicyFiles, problems: Problem[]) {
  return {
    settings: take(readSection(files, SETTINGS_FILE, settingsSchema), problems),
    hygiene: take(readSection(files, HYGIENE_FILE, hygieneSchema), problems),
    access: take(readSection(files, ACCESS_FILE, accessSchema), problems),
    limits: take(readSection(files, LIMITS_FILE, limitsSchema), problems),
    dos: take(readSection(files, DOS_FILE, dosSchema), problems),
    // Without the file there is no such stage: whoever has not asked for it has none of its work done.
    bots: files.has(BOTS_FILE) ? take(readSection(files, BOTS_FILE, botsSchema), problems) : undefined,
    redirects: take(readSection(files, REDIRECTS_FILE, redirectsSchema), problems),
    custom: take(readSection(files, CUSTOM_FILE, customSchema), problems),
    transforms: take(readSection(files, TRANSFORMS_FILE, transformsSchema), problems),
    routes: readAll(files, ROUTES_FOLDER, routesSchema, problems),
    tests: readAll(files, TESTS_FOLDER, testsSchema, problems),
  }
}

/** What a file holds when it is empty; stands in for one with problems, so that the others are read on. */
function orEmpty<T>(
  section: Section<T> | undefined,
  schema: Parameters<typeof readSection<T>>[2],
): Section<T> {
  if (section) return section
  const empty = readSection(new Map(), '', schema)
  if (!empty.ok) throw new TypeError('An empty file does not fit its own schema.')
  return empty.section
}

function warnOfUnused(lists: ListReader, warnings: Problem[]): void {
  for (const file of lists.unused()) {
    const name = listNameOf(file)
    const use = name === undefined ? '' : `, or as $${name} in an expression`
    const fix = `Name it in ${ACCESS_FILE}${use}, or delete the file.`
    warnings.push({ file, line: 1, column: 1, path: '', message: 'Nothing names this list', fix })
  }
}

/** The folder `bots/` without the file that it belongs to: most often forgotten, or misplaced. */
function warnOfIdle(files: PolicyFiles, warnings: Problem[]): void {
  const file = [...files.keys()].find((name) => name.startsWith('bots/'))
  if (file === undefined || files.has(BOTS_FILE)) return
  const message = `Nothing reads the folder bots/ without ${BOTS_FILE}`
  const fix = `Add ${BOTS_FILE}, which may be empty, or delete the folder.`
  warnings.push({ file, line: 1, column: 1, path: '', message, fix })
}

/** An empty result when there is no such stage. */
function compileOptional(
  section: Section<BotsInput> | undefined,
  context: Omit<Parameters<typeof compileBots>[0], 'section'>,
): Partial<CompiledBots> & Pick<CompiledBots, 'limits'> {
  return section === undefined ? { limits: [] } : compileBots({ ...context, section })
}

/** `undefined` when there is anything to mend; all of it is then in `problems`. */
export function compileFiles(
  files: PolicyFiles,
  problems: Problem[],
  warnings: Problem[],
): CompiledFiles | undefined {
  const sections = readSections(files, problems)
  const { settings, hygiene, dos, routes: routeSections } = sections
  const access = orEmpty(sections.access, accessSchema)
  const limits = orEmpty(sections.limits, limitsSchema)
  checkIds([access], 'guards', problems)
  checkIds(routeSections, 'routes', problems)
  const lists = createListReader(files, problems)
  const guards = compileAccess({ section: access, lists, problems, warnings })
  const named = nameLists(lists, problems)
  const reader = createExpressionReader(named.kinds, problems)
  const rules = compileRules(
    {
      redirects: orEmpty(sections.redirects, redirectsSchema),
      custom: orEmpty(sections.custom, customSchema),
      transforms: orEmpty(sections.transforms, transformsSchema),
      complete: Boolean(sections.redirects && sections.custom && sections.transforms),
    },
    reader,
    problems,
  )
  const compiledLimits = compileLimits(limits, reader, problems)
  const dosModel = compileDos(orEmpty(dos, dosSchema), problems)
  const compiledLists = compileLists(named, lists, reader, problems)
  const routes = compileRoutes(routeSections, problems)
  const bots = compileOptional(sections.bots, { files, lists, routes, problems, warnings })
  if (problems.length === 0 && routes.length === 0) {
    const fix = 'Add a file in routes/ with at least one route.'
    const place = { file: 'routes/site.yaml', line: 1, column: 1, path: '' }
    problems.push({ ...place, message: 'The policy has no route', fix })
  }
  if (!settings || !hygiene || !dos) return undefined
  const content: PolicyModel = {
    schema: 3,
    version: '',
    settings: settings.value,
    hygiene: hygiene.value,
    access: guards.guards,
    lists: compiledLists.models,
    rules: rules.models,
    limits: joinLimits(
      compiledLimits,
      bots.limits,
      settings.value.stages.bots ?? 'enforce',
      problems,
      limits,
    ),
    dos: dosModel,
    ...(bots.model === undefined ? {} : { bots: bots.model }),
    routes,
  }
  const written = problems.length > 0 ? [] : compileTests(sections.tests, listRuleIds(content), problems)
  warnOfUnused(lists, warnings)
  warnOfIdle(files, warnings)
  if (problems.length > 0) return undefined
  const sets = new Map([...guards.sets, ...compiledLists.sets, ...(bots.parts ?? [])])
  return {
    content,
    sets,
    tests: [...rules.tests, ...written],
    expressions: reader.expressions,
    access,
    limits,
    limitPaths: compiledLimits.map(({ path }) => path),
  }
}
