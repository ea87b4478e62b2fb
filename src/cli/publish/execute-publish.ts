/**
 * The `publish` command from flags to exit code.
 * @module
 */
import type { Pointer } from '../../bundle/delivery.ts'
import { type PublicationPlan, planPublication, signPublication } from '../../bundle/plan-publication.ts'
import { createPointerSigner } from '../../bundle/sign-pointer.ts'
import { PROBLEM } from '../exit-codes.ts'
import { type CandidatePolicy, compileCandidate } from './compile-candidate.ts'
import { describePlan } from './describe-plan.ts'
import { readBase } from './publication-base.ts'
import { type PublishFlags, type RawPublishFlags, readPublishFlags } from './publish-flags.ts'
import { downloadPolicy, readPastPointer, readPointer, readPresent } from './published-state.ts'
import { type CommandResult, FINE, failCommand, type Opened, runCommand, withTarget } from './run-command.ts'
import type { CommandShell } from './shell.ts'
import type { Store } from './store.ts'
import { type EdgeHealth, waitForSerial } from './wait-for-serial.ts'
import { nameOfCommit, nameOfUser } from './who.ts'

const DEFAULT_FOLDER = 'rules'
const SALT_BYTES = 12

/** Resolves to the exit code. */
export function executePublish(raw: RawPublishFlags, shell: CommandShell): Promise<number> {
  return runCommand('publish', shell, async () => {
    const flags = readPublishFlags(raw)
    if (typeof flags === 'string') return { ok: false, message: flags, usage: true }
    return withTarget(raw, 'sign', shell, (opened) => publish(flags, opened, shell))
  })
}

/** The policy that the action is about: none for those that name one that is published. */
async function findCandidate(
  { action, policy, test }: PublishFlags,
  current: Pointer | undefined,
  { target }: Opened,
  shell: CommandShell,
): Promise<CandidatePolicy | undefined | 'problems'> {
  const goesOn = action.kind === 'percent' && policy === undefined && current?.rollout !== undefined
  const takesPolicy = action.kind === 'publish' || action.kind === 'shadow' || action.kind === 'percent'
  if (!takesPolicy || goesOn) return undefined
  if (!test) shell.err('warning: --no-test: the tests of the policy were not run.')
  return (
    (await compileCandidate(policy ?? DEFAULT_FOLDER, {
      adapt: target.adapt,
      undone: 'nothing was published',
      ...(test ? { test: shell.testPolicy } : {}),
    })) ?? 'problems'
  )
}

async function publish(flags: PublishFlags, opened: Opened, shell: CommandShell): Promise<CommandResult> {
  const { target, verify } = opened
  const { store } = target
  const read = await readBase(flags, opened)
  if (!read.ok) return failCommand(read.message)
  const { current, highestSerial, warnings } = read.base
  for (const warning of warnings) shell.err(warning)
  const candidate = await findCandidate(flags, current, opened, shell)
  if (candidate === 'problems') return { ok: true, status: PROBLEM }
  const { action, message } = flags
  const past = action.kind === 'rollback' ? await readPastPointer(store, verify, action.serial) : undefined
  // Isolates that start later would run their baseline if it could not be read any more.
  if (past) await downloadPolicy(store, past.active)
  const note = [message, candidate?.folder && (await describeCommit(candidate.folder))].filter(Boolean)
  const now = Math.floor(shell.now() / 1000)
  const result = await planPublication({
    action,
    ...(candidate ? { parts: candidate.parts } : {}),
    current,
    target: past,
    highestSerial,
    present: await findPresent(flags, store),
    now,
    ...(flags.expires === undefined ? {} : { notAfter: now + flags.expires }),
    salt: Buffer.from(shell.randomBytes(SALT_BYTES)).toString('base64url'),
    who: nameOfUser(shell.environment),
    ...(note.length === 0 ? {} : { message: note.join(' ') }),
  })
  if (!result.ok) {
    const said = `${result.error.message} ${result.error.fix}`
    // A pipeline that runs twice must not fail the second time.
    if (result.error.code !== 'already-so') return failCommand(said)
    shell.out(said)
    return FINE
  }
  const active = current && candidate ? await readActive(opened, current, shell) : undefined
  if (!current) shell.out('Nothing is published yet: edges run the policy they were deployed with.')
  shell.out(describePlan(result.plan, { action, candidate: candidate?.content, active }))
  if (flags.dryRun) {
    shell.out('Dry run: nothing was written.')
    return FINE
  }
  return write(result.plan, flags, opened, shell)
}

/** What is not written again. With --replace everything is: what lies there under its hash may be something else. */
async function findPresent({ action, replace }: PublishFlags, store: Store): Promise<ReadonlySet<string>> {
  return replace && action.kind !== 'rollback' ? new Set() : readPresent(store)
}

async function describeCommit(folder: string): Promise<string | undefined> {
  const commit = await nameOfCommit(folder)
  return commit === undefined ? undefined : `(commit ${commit})`
}

/** What runs now, to compare with; a policy that cannot be read is no reason not to replace it. */
async function readActive(
  { target }: Opened,
  current: Pointer,
  shell: CommandShell,
): Promise<CandidatePolicy['content'] | undefined> {
  try {
    return await downloadPolicy(target.store, current.active)
  } catch (error) {
    shell.err(`Not compared with what is active: ${error instanceof Error ? error.message : error}`)
    return undefined
  }
}

async function write(
  plan: PublicationPlan,
  flags: PublishFlags,
  opened: Opened,
  shell: CommandShell,
): Promise<CommandResult> {
  const { target } = opened
  const [key] = target.keySet.keys
  if (key?.kty !== 'OKP' || key.d === undefined)
    return failCommand(
      'The key set is the public one: publishing needs policy.jwks.json. Name it with --keys.',
    )
  await opened.target.store.put(await signPublication(plan, await createPointerSigner(key)))
  const { serial } = plan.pointer
  shell.out(`Published serial ${serial} to ${target.store.place}, signed by ${key.kid}.`)
  const other = await findOther(plan.pointer, opened)
  if (other !== undefined) return failCommand(other)
  const edge = flags.wait === false ? undefined : (flags.wait ?? target.running?.edge)
  return edge === undefined ? FINE : watch(edge, serial, flags, shell)
}

/**
 * KV has no compare-and-swap: of two publications at the same time the later write wins. A stale answer with
 * an older serial is none of that.
 */
async function findOther(own: Pointer, { target, verify }: Opened): Promise<string | undefined> {
  const read = await readPointer(target.store, verify)
  const fix =
    'Run `sallyport status` to see what is published, and publish again if that is not what you want.'
  if (!read?.ok) return read && `The pointer was replaced at once by one that is not accepted. ${fix}`
  if (read.pointer.serial < own.serial || JSON.stringify(read.pointer) === JSON.stringify(own))
    return undefined
  return `Somebody else published serial ${read.pointer.serial} at the same time. ${fix}`
}

async function watch(
  edge: string,
  serial: number,
  flags: PublishFlags,
  shell: CommandShell,
): Promise<CommandResult> {
  const { clock, sleep } = shell
  const result = await waitForSerial({ edge, serial, timeout: flags.timeout * 1000, clock, sleep })
  if (result.ok) {
    shell.out(`${edge} runs it after ${(result.milliseconds / 1000).toFixed(1)} s.`)
    return FINE
  }
  if (!result.health) {
    const fix = 'Is it the edge, and does no guard or rule of the policy refuse that path to you?'
    return failCommand(`The health of ${new URL('/.sallyport/health', edge).href} cannot be read. ${fix}`)
  }
  const { serial: runs, source } = result.health
  const what = runs === undefined ? `its ${source ?? 'baseline'}` : `serial ${runs}`
  return failCommand(`After ${flags.timeout} s ${edge} still runs ${what}. ${explain(result.health)}`)
}

function explain({ problem, refusal }: EdgeHealth): string {
  if (problem !== undefined) return problem
  if (refusal !== undefined) return `It refuses what is in KV: ${refusal} (docs/delivery.md).`
  return 'It gives no reason: is it bound to the same namespace?'
}
