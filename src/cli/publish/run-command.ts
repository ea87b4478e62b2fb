/**
 * What `publish`, `status` and `diff` have in common: from flags to a target whose pointers can be checked,
 * and from what went wrong to an exit code.
 * @module
 */
import { BundleError } from '../../bundle/bundle-error.ts'
import { createPointerVerifier, type PointerVerifier } from '../../bundle/verify-pointer.ts'
import { DONE, PROBLEM, USAGE } from '../exit-codes.ts'
import type { CommandShell } from './shell.ts'
import { StoreError } from './store.ts'
import { openTarget, type Target, type TargetFlags } from './target.ts'

export interface Opened {
  readonly target: Target
  readonly verify: PointerVerifier
}

/** What an action came to: nothing is wrong, or this is, in whole sentences. */
export type CommandResult =
  | { readonly ok: true; readonly status?: number }
  | { readonly ok: false; readonly message: string; readonly usage?: boolean }

export const FINE: CommandResult = { ok: true }

export function failCommand(message: string): CommandResult {
  return { ok: false, message }
}

/** Resolves to the exit code; prints the one error there may be. */
export async function runCommand(
  name: string,
  shell: CommandShell,
  action: () => Promise<CommandResult>,
): Promise<number> {
  let result: CommandResult
  try {
    result = await action()
  } catch (error) {
    if (!(error instanceof StoreError || error instanceof BundleError)) throw error
    result = failCommand(error.message)
  }
  if (result.ok) return result.status ?? DONE
  shell.err(`sallyport ${name}: ${result.message}`)
  return result.usage ? USAGE : PROBLEM
}

/** Runs `action` on the target that the flags mean. */
export async function withTarget(
  flags: TargetFlags,
  purpose: 'sign' | 'check',
  shell: CommandShell,
  action: (opened: Opened) => Promise<CommandResult>,
): Promise<CommandResult> {
  const { running, wrangler, environment, out } = shell
  const opened = openTarget(flags, purpose, { running, wrangler, environment, print: out })
  if (!opened.ok) return opened
  const verify = await createPointerVerifier(opened.target.keySet.keys)
  return action({ target: opened.target, verify })
}
