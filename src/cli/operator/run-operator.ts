/**
 * What `bans` and `attack` have in common: from flags to a client, and from what went wrong to an exit code.
 * @module
 */
import { readDuration } from '../../policy/quantities.ts'
import { DONE, PROBLEM, USAGE } from '../exit-codes.ts'
import type { CommandShell } from '../publish/shell.ts'
import { createOperatorClient, type OperatorClient, OperatorError } from './operator-client.ts'
import { findOperatorTarget, type OperatorFlags } from './operator-target.ts'

export type OperatorShell = Pick<CommandShell, 'out' | 'err' | 'now' | 'environment' | 'running'>

export const OPERATOR_EXIT_CODES = `
Exit codes:
  0  done
  1  the edge cannot be reached, or refuses
  2  wrong usage`

/** Wrong usage that commander cannot see. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/**
 * Resolves to the exit code. Prints what `action` makes of the answer, or the answer itself with `--json`, or
 * the one error there may be.
 */
export async function runOperator<T>(
  name: string,
  flags: OperatorFlags,
  shell: OperatorShell,
  action: (client: OperatorClient) => Promise<{ readonly answer: T; readonly text: string }>,
): Promise<number> {
  const found = findOperatorTarget(flags, shell.running, shell.environment)
  const fail = (message: string, code: number): number => {
    shell.err(`sallyport ${name}: ${message}`)
    return code
  }
  if (!found.ok) return fail(found.message, found.usage ? USAGE : PROBLEM)
  try {
    const { answer, text } = await action(createOperatorClient(found.target))
    shell.out(flags.json ? JSON.stringify(answer, null, 2) : text)
    return DONE
  } catch (error) {
    if (error instanceof UsageError) return fail(error.message, USAGE)
    if (error instanceof OperatorError) return fail(error.message, PROBLEM)
    throw error
  }
}

/** Milliseconds: the shortest ban, and the shortest time that an attack state is held. */
const LEAST = 10_000

/** Seconds of `--for`, as `30m`; whether it is too long is for the edge to say. @throws UsageError */
export function readFor(text: string): number {
  const duration = readDuration(text)
  if (!duration.ok || duration.value < LEAST)
    throw new UsageError(
      '--for takes 10 seconds or more, in seconds, minutes, hours or days: 90s, 30m, 12h, 7d.',
    )
  return Math.floor(duration.value / 1000)
}
