/**
 * What the publishing commands need of the process: tests hand in their own.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { findRunning, type Running } from '../running.ts'
import { createPolicyTester } from '../test/create-policy-tester.ts'
import type { PolicyTester } from './compile-candidate.ts'
import { createWranglerRunner, type RunWrangler } from './run-wrangler.ts'

export interface CommandShell {
  /** One or more lines for standard output, without the last line break. */
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Milliseconds, monotonic. */
  readonly clock: () => number
  readonly sleep: (milliseconds: number) => Promise<void>
  readonly randomBytes: (count: number) => Uint8Array
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly running: Running | undefined
  readonly wrangler: RunWrangler
  /** What stands between a policy that compiles and its publication. */
  readonly testPolicy: PolicyTester
}

/** For the folder that the command runs in. */
export async function createCommandShell(): Promise<CommandShell> {
  return {
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
    now: () => Date.now(),
    clock: () => performance.now(),
    sleep: (milliseconds) => setTimeout(milliseconds),
    randomBytes,
    environment: process.env,
    running: await findRunning(),
    testPolicy: createPolicyTester(() => Date.now()),
    wrangler: createWranglerRunner(process.cwd(), process.env),
  }
}
