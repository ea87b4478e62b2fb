/**
 * From the operator's files to one checked model and its compiled bundle.
 * @module
 */
import { bundleParts, encodeBundle } from '../bundle/encode-bundle.ts'
import type { PolicyModel } from '../bundle/model.ts'
import type { Scope } from '../http/scope.ts'
import { createHostSet } from '../net/host-set.ts'
import { compileFiles } from './compile-files.ts'
import type { PolicyExpression } from './expressions.ts'
import { checkFileNames } from './file-names.ts'
import { formatPath, type Path, type PolicyFiles, type Problem } from './problem.ts'
import type { Section } from './section.ts'
import { suggestFix } from './suggest.ts'
import type { PolicyTest } from './test-case.ts'

export type PolicyResult =
  | {
      readonly ok: true
      readonly model: PolicyModel
      /** The compiled form, for `openBundle(bundle.buffer)`; the buffer holds nothing else. */
      readonly bundle: Uint8Array<ArrayBuffer>
      /** The parts of the bundle by name, for publishing them one by one. */
      readonly parts: ReadonlyMap<string, Uint8Array<ArrayBuffer>>
      /** The examples of all rules and what is in `tests/*.yaml`. */
      readonly tests: readonly PolicyTest[]
      /** Every expression with its spans, for checks that go further than types. */
      readonly expressions: readonly PolicyExpression[]
      /** Allowed, but perhaps not meant. */
      readonly warnings: readonly Problem[]
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** A guard or limit for a host that no route serves never applies: most often a misspelt name. */
function warnOfHosts(
  section: Section<object>,
  rules: readonly { readonly scope: Scope; readonly path: Path }[],
  model: PolicyModel,
  warnings: Problem[],
): void {
  const served = createHostSet(model.routes.flatMap((route) => route.hosts))
  const names = [...new Set(model.routes.flatMap((route) => route.hosts))]
  // Several limits may come from one place.
  const told = new Set<string>()
  for (const { scope, path } of rules) {
    for (const [i, host] of scope.hosts.entries()) {
      const place = [...path, 'hosts', i]
      if (host.startsWith('*') || served.has(host) || told.has(formatPath(place))) continue
      told.add(formatPath(place))
      warnings.push(section.at(place, `No route serves the host ${host}`, suggestFix(host, names)))
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

/**
 * Compiles a policy. Files that are not there have their defaults, but one route at least is needed. All
 * problems of all files come back at once, in order of file and line. The same files always give the same bytes.
 */
export async function loadPolicy(files: PolicyFiles): Promise<PolicyResult> {
  const problems = checkFileNames(files)
  const warnings: Problem[] = []
  const compiled = compileFiles(files, problems, warnings)
  if (!compiled) return { ok: false, problems: problems.sort(compareProblems) }
  const { content, sets, access, limits, limitPaths, tests, expressions } = compiled
  const model = { ...content, version: await nameVersion(encodeBundle(content, sets)) }
  const guarded = model.access.map(({ scope }, i) => ({ scope, path: ['guards', i] }))
  const limited = model.limits.map(({ scope }, i) => ({ scope, path: limitPaths[i] ?? [] }))
  warnOfHosts(access, guarded, model, warnings)
  warnOfHosts(limits, limited, model, warnings)
  return {
    ok: true,
    model,
    bundle: encodeBundle(model, sets),
    parts: bundleParts(model, sets),
    tests,
    expressions,
    warnings: warnings.sort(compareProblems),
  }
}
