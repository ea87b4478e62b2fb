/**
 * Which edge a command is about: the one of a running `npm start`, or a deployment through wrangler.
 * @module
 */
import type { Command } from 'commander'
import type { PolicyFiles } from '../../policy/problem.ts'
import type { KeySet } from '../../signature/keys.ts'
import { withOrigin } from '../local/with-origin.ts'
import type { Running } from '../running.ts'
import { createControlStore } from './control-store.ts'
import { findPolicyKeys, type KeysResult, readPolicyKeys } from './policy-keys.ts'
import type { RunWrangler } from './run-wrangler.ts'
import type { Store } from './store.ts'
import { createWranglerStore } from './wrangler-store.ts'

export interface TargetFlags {
  readonly remote?: boolean
  readonly wranglerLocal?: boolean
  readonly binding: string
  readonly keys?: string
}

export interface Target {
  readonly store: Store
  readonly keySet: KeySet
  /** The running `npm start`, when it is the target. */
  readonly running?: Running
  /** The operator's files as this target serves them. */
  adapt(files: PolicyFiles): PolicyFiles
}

export type TargetResult =
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly usage: boolean; readonly message: string }

export interface TargetSurroundings {
  readonly running: Running | undefined
  readonly wrangler: RunWrangler
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Gets the wrangler commands that write. */
  readonly print: (line: string) => void
}

export function addTargetOptions(command: Command): Command {
  return command
    .option('--remote', 'the namespace of the deployment, through wrangler and your own login')
    .option('--wrangler-local', 'the local storage of wrangler dev, through wrangler')
    .option('--binding <name>', 'binding of the namespace in wrangler.toml', 'RULES')
    .option('--keys <file>', 'key set of live policy (default: .sallyport/keys/policy*.jwks.json)')
}

/** Which target the flags mean; without either flag it is the running `npm start`. */
export function openTarget(
  flags: TargetFlags,
  purpose: 'sign' | 'check',
  around: TargetSurroundings,
): TargetResult {
  if (flags.remote && flags.wranglerLocal)
    return { ok: false, usage: true, message: 'Give either --remote or --wrangler-local.' }
  if (!flags.remote && !flags.wranglerLocal) return openLocal(around.running, flags.keys)
  const keys = findPolicyKeys({ file: flags.keys, purpose, environment: around.environment })
  const store = createWranglerStore({
    run: around.wrangler,
    where: flags.remote ? 'remote' : 'local',
    binding: flags.binding,
    print: around.print,
  })
  return finish(keys, (keySet) => ({ store, keySet, adapt: (files) => files }))
}

function openLocal(running: Running | undefined, file: string | undefined): TargetResult {
  if (!running) {
    const fix = 'Start it with npm start in this folder, or say --remote for the deployment.'
    return { ok: false, usage: false, message: `No local edge runs from this folder. ${fix}` }
  }
  const { edge, origin, control, token, policyKeys } = running
  const store = createControlStore({ url: control, token, place: `the edge at ${edge}` })
  return finish(readPolicyKeys(file ?? policyKeys), (keySet) => ({
    store,
    keySet,
    running,
    adapt: (files) => withOrigin(files, origin),
  }))
}

function finish(keys: KeysResult, make: (keySet: KeySet) => Target): TargetResult {
  return keys.ok ? { ok: true, target: make(keys.keySet) } : { ...keys, usage: false }
}
