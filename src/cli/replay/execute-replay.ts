/**
 * The `replay` command from checked words to exit code.
 * @module
 */
import { createWriteStream } from 'node:fs'
import type { Writable } from 'node:stream'
import { USAGE } from '../exit-codes.ts'
import { openPolicy } from './open-policy.ts'
import { createRefusalWriter, type RefusalWriter } from './refusal-writer.ts'
import { renderReport } from './render-report.ts'
import { type RawFlags, readFlags } from './replay-flags.ts'
import { hasInputTrouble, runReplay } from './run-replay.ts'

/** What the command needs of the process. */
export interface ReplayShell {
  readonly stdin: AsyncIterable<Buffer>
  readonly stdout: Writable
  readonly stderr: Writable & { readonly isTTY?: boolean }
  readonly clock: () => number
  /** `count` random bytes. */
  readonly randomBytes: (count: number) => Uint8Array
}

const DONE = 0
/** Something could not be read; what could be read was replayed and printed. */
const INPUT_TROUBLE = 1

/** Resolves to the exit code. Standard output has the report and nothing else. */
export async function executeReplay(
  files: readonly string[],
  raw: RawFlags,
  shell: ReplayShell,
): Promise<number> {
  const flags = readFlags(files, raw)
  if (typeof flags === 'string') return fail(shell, `${flags}\n`)
  const { host, format, scheme } = flags
  const secret = shell.randomBytes(16)
  const opened = await openPolicy(flags.policy, { scheme, secret, ...(host === undefined ? {} : { host }) })
  if (!opened.ok) return fail(shell, opened.message)
  if (opened.notes !== '') shell.stderr.write(opened.notes)
  const showProgress = flags.progress && shell.stderr.isTTY === true
  const refusals = flags.refused === undefined ? undefined : openRefusals(flags.refused)
  try {
    const report = await runReplay(opened.policy, {
      files,
      top: flags.top,
      stdin: shell.stdin,
      progress: showProgress ? shell.stderr : undefined,
      clock: shell.clock,
      ...(format === undefined ? {} : { format }),
      ...(refusals === undefined ? {} : { refusals }),
    })
    shell.stdout.write(flags.json ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report, flags.top))
    return hasInputTrouble(report) ? INPUT_TROUBLE : DONE
  } catch (error) {
    if (!refusals?.failure) throw error
    const why = refusals.failure.message
    return fail(shell, `--refused: the file cannot be written (${why}): name another one.\n`)
  }
}

/** Readable by the owner only: addresses and paths are personal data. */
function openRefusals(path: string): RefusalWriter {
  return createRefusalWriter(createWriteStream(path, { mode: 0o600 }))
}

function fail(shell: ReplayShell, message: string): number {
  shell.stderr.write(`sallyport replay: ${message}`)
  return USAGE
}
