/**
 * The `test` command from flags to exit code.
 * @module
 */
import { DONE, PROBLEM, USAGE } from '../exit-codes.ts'
import { loadFolder } from '../load-folder.ts'
import { renderJunit } from './render-junit.ts'
import { renderTests } from './render-tests.ts'
import { runPolicyTests } from './run-policy-tests.ts'

/** As commander hands them over. */
export interface RawTestFlags {
  readonly policy: string
  readonly filter?: string
  readonly json?: boolean
  readonly junit?: string
}

/** What the command needs of the process. */
export interface TestShell {
  /** Text for standard output, as it is. */
  readonly out: (text: string) => void
  /** One line for standard error. */
  readonly err: (text: string) => void
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly writeFile: (path: string, text: string) => Promise<void>
}

/** Writes the report for CI. `undefined`, or why it could not be written. */
async function writeJunit(path: string, text: string, { writeFile }: TestShell): Promise<string | undefined> {
  try {
    await writeFile(path, text)
    return undefined
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return `--junit: the file cannot be written (${why}): name another one.`
  }
}

/** Resolves to the exit code. */
export async function executeTest(flags: RawTestFlags, shell: TestShell): Promise<number> {
  const loaded = await loadFolder(flags.policy, { undone: 'nothing was tested' })
  if (!loaded) return PROBLEM
  const folder = flags.policy.endsWith('/') ? flags.policy : `${flags.policy}/`
  const { filter } = flags
  const report = await runPolicyTests(loaded, {
    now: shell.now(),
    ...(filter === undefined ? {} : { filter }),
  })
  if (report.results.length === 0 && report.leftOut > 0) {
    shell.err(
      `No test has ${JSON.stringify(filter)} in its name, file or rule: there are ${report.leftOut} others.`,
    )
    return USAGE
  }
  shell.out(flags.json ? `${JSON.stringify(report, null, 2)}\n` : renderTests(report, folder))
  if (flags.junit !== undefined) {
    const failure = await writeJunit(flags.junit, renderJunit(report, folder), shell)
    if (failure !== undefined) {
      shell.err(failure)
      return USAGE
    }
  }
  if (loaded.tests.length === 0)
    shell.err(`${folder} has no tests: write examples into rules, or tests into ${folder}tests/site.yaml.`)
  return report.failed > 0 ? PROBLEM : DONE
}
