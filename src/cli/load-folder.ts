/**
 * Loads and compiles a policy folder for a command, telling the operator what is wrong with it.
 * @module
 */
import { loadPolicy, type PolicyResult } from '../policy/load-policy.ts'
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

export type LoadedPolicy = Extract<PolicyResult, { readonly ok: true }>

/** A policy with the files that it was compiled from, as they were compiled. */
export type LoadedFolder = LoadedPolicy & { readonly files: PolicyFiles }

export interface LoadOptions {
  /** Changes the files before they are compiled; places in problems are those of the files as they are. */
  readonly adapt?: (files: PolicyFiles) => PolicyFiles
  /** What problems prevented, as `nothing was built`. */
  readonly undone: string
}

/** What goes before the name of a file of the folder. */
export function prefixOf(folder: string): string {
  return `${folder.replace(/\/+$/, '')}/`
}

/** The compiled policy of a folder, or `undefined` after the problems were printed. */
export async function loadFolder(
  folder: string,
  { adapt, undone }: LoadOptions,
): Promise<LoadedFolder | undefined> {
  const files = await readFolder(folder)
  if (files === undefined) return undefined
  const compiled = adapt ? adapt(files) : files
  const loaded = await loadPolicy(compiled)
  const findings = loaded.ok ? loaded.warnings : loaded.problems
  const label = loaded.ok ? 'warning' : 'error'
  if (findings.length > 0) console.error(printProblems(findings, files, { label, folder: prefixOf(folder) }))
  if (loaded.ok) return { ...loaded, files: compiled }
  console.error(`${loaded.problems.length} problem(s) in ${prefixOf(folder)}: ${undone}.`)
  return undefined
}
