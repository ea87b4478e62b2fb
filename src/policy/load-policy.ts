/**
 * From the operator's files to one checked model and its compiled bundle.
 * @module
 */
import { encodeBundle } from '../bundle/encode-bundle.ts'
import type { PolicyModel } from '../bundle/model.ts'
import { createHostSet } from '../net/host-set.ts'
import { ACCESS_FILE, type AccessInput, accessSchema, type CompiledAccess, compileAccess } from './access.ts'
import { HYGIENE_FILE, hygieneSchema } from './hygiene.ts'
import { compileLimits, LIMITS_FILE, type LimitsInput, limitsSchema } from './limits.ts'
import { createListReader } from './lists.ts'
import type { PolicyFiles, Problem } from './problem.ts'
import { routesSchema } from './route-schema.ts'
import { compileRoutes, ROUTES_FOLDER } from './routes.ts'
import { readSection, type Section, type SectionResult } from './section.ts'
import { SETTINGS_FILE, settingsSchema } from './settings.ts'
import { suggestFix } from './suggest.ts'

export type PolicyResult =
  | {
      readonly ok: true
      readonly model: PolicyModel
      /** The compiled form, for `openBundle(bundle.buffer)`; the buffer holds nothing else. */
      readonly bundle: Uint8Array<ArrayBuffer>
      /** Allowed, but perhaps not meant. */
      readonly warnings: readonly Problem[]
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }

const FILES = [SETTINGS_FILE, HYGIENE_FILE, ACCESS_FILE, LIMITS_FILE]

function ofFile(file: string, message: string, fix: string): Problem {
  return { file, line: 1, column: 1, path: '', message, fix }
}

/** A file with a name that nothing reads is a policy that silently does not apply. */
function checkNames(files: PolicyFiles): Problem[] {
  const known = (name: string): boolean =>
    FILES.includes(name) || /^routes\/[^/]+\.yaml$/.test(name) || /^lists\/[^/]+\.txt$/.test(name)
  return [...files.keys()]
    .filter((name) => !known(name))
    .map((name) => {
      const places = [...FILES, 'routes/<name>.yaml', 'lists/<name>.txt']
      return ofFile(
        name,
        'Nothing reads a file of this name',
        suggestFix(name.replace(/\.yml$/, '.yaml'), places),
      )
    })
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

/** A guard or limit for a host that no route serves never applies: most often a misspelt name. */
function warnOfHosts(
  key: 'guards' | 'limits',
  section: Section<object>,
  model: PolicyModel,
  warnings: Problem[],
): void {
  const served = createHostSet(model.routes.flatMap((route) => route.hosts))
  const names = [...new Set(model.routes.flatMap((route) => route.hosts))]
  const rules = key === 'guards' ? model.access : model.limits
  for (const [index, { scope }] of rules.entries()) {
    for (const [i, host] of scope.hosts.entries()) {
      if (host.startsWith('*') || served.has(host)) continue
      warnings.push(
        section.at([key, index, 'hosts', i], `No route serves the host ${host}`, suggestFix(host, names)),
      )
    }
  }
}

async function nameVersion(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function compareProblems(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return a.line - b.line || a.column - b.column
}

/** The routes' files that can be read, in order of their names. */
function readRoutes(files: PolicyFiles, problems: Problem[]) {
  const names = [...files.keys()]
    .filter((name) => name.startsWith(ROUTES_FOLDER) && name.endsWith('.yaml'))
    .sort()
  return names.flatMap((name) => take(readSection(files, name, routesSchema), problems) ?? [])
}

/** Guards and address sets; problems and warnings go to the lists given. */
function readAccess(
  files: PolicyFiles,
  section: Section<AccessInput>,
  problems: Problem[],
  warnings: Problem[],
): CompiledAccess {
  const lists = createListReader(files, problems)
  const compiled = compileAccess({ section, lists, problems, warnings })
  for (const name of lists.unused()) {
    warnings.push(ofFile(name, 'No guard names this list', `Name it in ${ACCESS_FILE} or delete the file.`))
  }
  return compiled
}

/** All that makes a bundle but its version, and the sections that later warnings point into. */
interface Compiled {
  readonly content: PolicyModel
  readonly sets: CompiledAccess['sets']
  readonly access: Section<AccessInput>
  readonly limits: Section<LimitsInput>
}

/** Reads and compiles every file, so that one run shows all there is to mend; `undefined` if that is anything. */
function compileFiles(files: PolicyFiles, problems: Problem[], warnings: Problem[]): Compiled | undefined {
  const settings = take(readSection(files, SETTINGS_FILE, settingsSchema), problems)
  const hygiene = take(readSection(files, HYGIENE_FILE, hygieneSchema), problems)
  const access = take(readSection(files, ACCESS_FILE, accessSchema), problems)
  const limits = take(readSection(files, LIMITS_FILE, limitsSchema), problems)
  const routeSections = readRoutes(files, problems)
  if (access) checkIds([access], 'guards', problems)
  if (limits) checkIds([limits], 'limits', problems)
  checkIds(routeSections, 'routes', problems)
  const guards = access && readAccess(files, access, problems, warnings)
  const limitModels = limits && compileLimits(limits, problems)
  const routes = compileRoutes(routeSections, problems)
  if (problems.length === 0 && routes.length === 0) {
    const fix = 'Add a file in routes/ with at least one route.'
    problems.push(ofFile('routes/site.yaml', 'The policy has no route', fix))
  }
  if (problems.length > 0 || !settings || !hygiene || !access || !limits || !guards || !limitModels)
    return undefined
  const content: PolicyModel = {
    schema: 1,
    version: '',
    settings: settings.value,
    hygiene: hygiene.value,
    access: guards.guards,
    limits: limitModels,
    routes,
  }
  return { content, sets: guards.sets, access, limits }
}

/**
 * Compiles a policy. Files that are not there have their defaults, but one route at least is needed. All
 * problems of all files come back at once, in order of file and line. The same files always give the same bytes.
 */
export async function loadPolicy(files: PolicyFiles): Promise<PolicyResult> {
  const problems = checkNames(files)
  const warnings: Problem[] = []
  const compiled = compileFiles(files, problems, warnings)
  if (!compiled) return { ok: false, problems: problems.sort(compareProblems) }
  const { content, sets, access, limits } = compiled
  const model = { ...content, version: await nameVersion(encodeBundle(content, sets)) }
  warnOfHosts('guards', access, model, warnings)
  warnOfHosts('limits', limits, model, warnings)
  return { ok: true, model, bundle: encodeBundle(model, sets), warnings: warnings.sort(compareProblems) }
}
