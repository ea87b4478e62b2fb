/**
 * The `explain` command from flags to exit code.
 * @module
 */
import { DONE, PROBLEM, USAGE } from '../exit-codes.ts'
import { loadFolder } from '../load-folder.ts'
import { type RawExplainFlags, readExplainFlags } from './explain-flags.ts'
import { explainRequest } from './explain-request.ts'
import { renderRequest } from './render-request.ts'
import { openTrial } from './trial.ts'

/** What the command needs of the process. */
export interface ExplainShell {
  /** Text for standard output, as it is. */
  readonly out: (text: string) => void
  /** One line for standard error. */
  readonly err: (text: string) => void
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * Resolves to the exit code. What becomes of the request does not change it.
 * @param given A curl command, a URL or a path.
 */
export async function executeExplain(
  given: string | undefined,
  flags: RawExplainFlags,
  shell: ExplainShell,
): Promise<number> {
  const request = readExplainFlags(given, flags)
  if (!request.ok) {
    shell.err(`sallyport explain: ${request.message}`)
    return USAGE
  }
  const loaded = await loadFolder(flags.policy, { undone: 'nothing was explained' })
  if (!loaded) return PROBLEM
  const report = await explainRequest(openTrial(loaded), request.value, shell.now(), request.notes)
  const text = flags.json
    ? `${JSON.stringify(report, null, 2)}\n`
    : renderRequest(report, { verbose: flags.verbose === true })
  shell.out(text)
  return DONE
}
