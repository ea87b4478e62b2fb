/**
 * The operator's folder as a policy that may be published.
 * @module
 */
import { analyzePolicy } from '../../policy/analysis/analyze-policy.ts'
import type { PolicyFiles } from '../../policy/problem.ts'
import { openContent, type PolicyContent } from '../diff/policy-content.ts'
import { type LoadedPolicy, loadFolder, prefixOf } from '../load-folder.ts'
import { printProblems } from '../print-problems.ts'

export interface CandidatePolicy {
  readonly folder: string
  readonly content: PolicyContent
  readonly parts: ReadonlyMap<string, Uint8Array<ArrayBuffer>>
}

/** Runs the policy's own tests. What it returns are lines for the operator; none: all is well. */
export type PolicyTester = (policy: LoadedPolicy) => Promise<readonly string[]>

export interface CompileOptions {
  readonly adapt: (files: PolicyFiles) => PolicyFiles
  /** What problems prevented, as `nothing was published`. */
  readonly undone: string
  readonly test?: PolicyTester
}

/** `undefined` after the problems were printed. */
export async function compileCandidate(
  folder: string,
  { adapt, undone, test }: CompileOptions,
): Promise<CandidatePolicy | undefined> {
  const loaded = await loadFolder(folder, { adapt, undone })
  if (!loaded) return undefined
  const errors = analyzePolicy(loaded.files, loaded).findings.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) {
    const problems = errors.map(({ problem }) => problem)
    console.error(printProblems(problems, loaded.files, { label: 'error', folder: prefixOf(folder) }))
    console.error(`${errors.length} error(s) in ${prefixOf(folder)}, see \`sallyport check\`: ${undone}.`)
    return undefined
  }
  // Opened as the edge will open it: what does not open is not published.
  const content = openContent(loaded.bundle.buffer)
  const failures = test ? await test(loaded) : []
  if (failures.length > 0) {
    for (const line of failures) console.error(line)
    console.error(`The tests of ${prefixOf(folder)} fail: ${undone}.`)
    return undefined
  }
  return { folder, content, parts: loaded.parts }
}
