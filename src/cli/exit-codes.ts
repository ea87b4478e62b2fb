/**
 * What the commands end with.
 * @module
 */
import type { CommanderError } from 'commander'

export const DONE = 0
/** Something is wrong with what was read, or could not be reached. */
export const PROBLEM = 1
/** The command was called in a wrong way, and did nothing. */
export const USAGE = 2

/** For `exitOverride`: commander itself exits with 1 for wrong usage, which here means a problem. */
export function exitForUsage(error: CommanderError): void {
  process.exit(error.exitCode === 0 ? DONE : USAGE)
}
