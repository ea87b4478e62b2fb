/**
 * The `diff` command from flags to exit code.
 * @module
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PolicyReference } from '../../bundle/delivery.ts'
import { PROBLEM } from '../exit-codes.ts'
import { compileCandidate } from '../publish/compile-candidate.ts'
import { downloadPolicy, readPastPointer, readPointer } from '../publish/published-state.ts'
import {
  type CommandResult,
  FINE,
  failCommand,
  type Opened,
  runCommand,
  withTarget,
} from '../publish/run-command.ts'
import type { CommandShell } from '../publish/shell.ts'
import { StoreError } from '../publish/store.ts'
import { STATE_FOLDER } from '../running.ts'
import { comparePolicies } from './compare-policies.ts'
import { compareTraffic, type TrafficReport } from './compare-traffic.ts'
import { type DiffFlags, type RawDiffFlags, readDiffFlags } from './diff-flags.ts'
import { openContent, type PolicyContent } from './policy-content.ts'
import { renderDiff } from './render-diff.ts'

/** Resolves to the exit code. */
export function executeDiff(raw: RawDiffFlags, shell: CommandShell): Promise<number> {
  return runCommand('diff', shell, async () => {
    const flags = readDiffFlags(raw)
    if (typeof flags === 'string') return { ok: false, message: flags, usage: true }
    if (flags.against.kind === 'file') {
      const content = openContent(await readBundle(flags.against.path))
      return diff(flags, { content, name: flags.against.path }, shell, (files) => files)
    }
    return withTarget(raw, 'check', shell, async (opened) => {
      const before = await findBefore(flags, opened)
      return typeof before === 'string'
        ? failCommand(before)
        : diff(flags, before, shell, opened.target.adapt)
    })
  })
}

async function readBundle(path: string): Promise<ArrayBuffer> {
  try {
    return new Uint8Array(await readFile(path)).buffer
  } catch (cause) {
    throw new StoreError(`${path} cannot be read. Make it with: sallyport build`, { cause })
  }
}

/** A policy to compare with, and what it is. */
interface Before {
  readonly content: PolicyContent
  readonly name: string
}

/** The policy to compare with, or why there is none. */
async function findBefore({ against }: DiffFlags, { target, verify }: Opened): Promise<Before | string> {
  const { store, running } = target
  if (against.kind === 'serial') {
    const past = await readPastPointer(store, verify, against.serial)
    return past
      ? { content: await downloadPolicy(store, past.active), name: `serial ${against.serial}` }
      : `The history has no serial ${against.serial}: sallyport status lists the serials there are.`
  }
  const read = await readPointer(store, verify)
  if (read && !read.ok) return `The pointer in ${store.place} is not accepted: ${read.message}`
  if (!read && against.kind === 'active' && running)
    return { content: openContent(await readBundle(running.baseline)), name: 'baseline' }
  if (!read) return 'Nothing is published. Compare with what is deployed: --against dist/baseline.bin'
  const { active, rollout } = read.pointer
  const reference: PolicyReference | undefined = against.kind === 'active' ? active : rollout?.candidate
  if (!reference) return 'There is no candidate: see sallyport status.'
  const name = against.kind === 'active' ? 'published' : 'candidate'
  return { content: await downloadPolicy(store, reference), name }
}

/** The log that was named, else the one of local runs in this folder. */
function findLog({ log }: DiffFlags, { running }: CommandShell): string | undefined {
  if (log !== undefined) return log
  const usual = running?.log ?? join(STATE_FOLDER, 'decisions.ndjson')
  return existsSync(usual) ? usual : undefined
}

async function diff(
  flags: DiffFlags,
  { content: before, name }: Before,
  shell: CommandShell,
  adapt: Opened['target']['adapt'],
): Promise<CommandResult> {
  const candidate = await compileCandidate(flags.policy, { adapt, undone: 'nothing was compared' })
  if (!candidate) return { ok: true, status: PROBLEM }
  const after = candidate.content
  const changes = comparePolicies(before, after)
  const log = findLog(flags, shell)
  let traffic: TrafficReport | undefined
  if (log !== undefined) {
    const secret = shell.randomBytes(16)
    const compared = await compareTraffic({ before, after, log, last: flags.last, secret })
    if (!compared.ok) return failCommand(compared.message)
    traffic = compared.report
  }
  const versions = { before: before.bundle.model.version, after: after.bundle.model.version }
  shell.out(
    flags.json
      ? JSON.stringify({ versions, changes, traffic: traffic ?? null }, null, 2)
      : renderDiff({ versions, changes, traffic }, name),
  )
  const differs = changes.length > 0 || (traffic?.different ?? 0) > 0
  return flags.exitCode && differs ? { ok: true, status: PROBLEM } : FINE
}
