/**
 * Loads and compiles a policy folder for a command, telling the operator what is wrong with it.
 * @module
 */
import { loadPolicy } from '../policy/load-policy.ts'
import type { PolicyFiles } from '../policy/problem.ts'
import { printProblems } from './print-problems.ts'
import { ReadPolicyError, readPolicyFiles } from './read-policy.ts'

/** The files of a folder, or `undefined` after the reason was printed. */
export async function readFolder(folder: string): Promise<PolicyFiles | undefined> {
  try {
    return await readPolicyFiles(folder)
  } catch (error) {
    if (!(error instanceof ReadPolicyError)) throw error
    console.error(error.message)
    return undefined
  }
}

/** The compiled bundle of a folder, or `undefined` after the problems were printed. */
export async function compileFolder(folder: string): Promise<Uint8Array | undefined> {
  const files = await readFolder(folder)
  if (files === undefined) return undefined
  const loaded = await loadPolicy(files)
  const findings = loaded.ok ? loaded.warnings : loaded.problems
  const label = loaded.ok ? 'warning' : 'error'
  if (findings.length > 0) console.error(printProblems(findings, files, { label }))
  if (!loaded.ok) {
    console.error(`${loaded.problems.length} problem(s) in ${folder}/: nothing was built.`)
    return undefined
  }
  return loaded.bundle
}
