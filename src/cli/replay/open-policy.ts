/**
 * Compiles a policy folder and makes it answer for logged requests, with the edge's own decision code.
 * @module
 */
import { type Bundle, openBundle } from '../../bundle/bundle.ts'
import type { PolicyModel } from '../../bundle/model.ts'
import { createBanTable } from '../../ingress/dos/ban-table.ts'
import type { Answered } from '../../ingress/limits/limit-check.ts'
import type { Limiter } from '../../ingress/limits/limiter.ts'
import { decide } from '../../pipeline/decide.ts'
import type { Outcome } from '../../pipeline/outcome.ts'
import { linkPolicy } from '../../pipeline/stages.ts'
import { loadPolicy } from '../../policy/load-policy.ts'
import { exactLimiter } from '../limits/exact-limiter.ts'
import { printProblems } from '../print-problems.ts'
import { ReadPolicyError, readPolicyFiles } from '../read-policy.ts'
import { withJudgedSignals } from './judged-signals.ts'
import { createKnowledgeGaps } from './knowledge-gaps.ts'
import type { LogRequest } from './log-request.ts'
import type { ReplayPolicy } from './run-replay.ts'
import type { Verdict } from './tally.ts'
import { toFacts } from './to-facts.ts'

export interface OpenPolicyOptions {
  /** For requests without a host in the log; without it the policy's first host stands in. */
  readonly host?: string
  readonly scheme: 'http' | 'https'
  /** 16 bytes: keys the hashes that limits count by. */
  readonly secret: Uint8Array
}

export type OpenPolicyResult =
  /** `notes` are the compiler's warnings as text for the terminal; empty when there are none. */
  | { readonly ok: true; readonly policy: ReplayPolicy; readonly notes: string }
  | { readonly ok: false; readonly message: string }

/** Clients counted at the same time over all limits. */
const COUNTED_KEYS = 2 ** 20

export async function openPolicy(directory: string, options: OpenPolicyOptions): Promise<OpenPolicyResult> {
  try {
    const files = await readPolicyFiles(directory)
    const loaded = await loadPolicy(files)
    const folder = directory.endsWith('/') ? directory : `${directory}/`
    if (!loaded.ok) return { ok: false, message: printProblems(loaded.problems, files, { folder }) }
    const notes = printProblems(loaded.warnings, files, { folder, label: 'warning' })
    return { ok: true, policy: linkReplay(directory, openBundle(loaded.bundle.buffer), options), notes }
  } catch (error) {
    if (error instanceof ReadPolicyError) return { ok: false, message: `${error.message}\n` }
    throw error
  }
}

/** An open policy that answers for logged requests. */
export function linkReplay(directory: string, bundle: Bundle, options: OpenPolicyOptions): ReplayPolicy {
  const { secret, scheme } = options
  const limiter = exactLimiter({ secret, keys: COUNTED_KEYS })()
  const judged = { ...bundle, model: withJudgedSignals(bundle.model) }
  const stages = linkPolicy(judged, { limiter, bans: createBanTable() })
  const missing = { host: options.host ?? findFirstHost(bundle.model), scheme }
  const gaps = createKnowledgeGaps(bundle.model, missing)
  return {
    directory,
    version: stages.version,
    judge(request: LogRequest): Verdict | Promise<Verdict> {
      const facts = toFacts(request, missing)
      const note = (verdict: Outcome): Verdict => {
        const isForwarded = verdict.terminal === undefined
        verdict.limits?.settle?.(isForwarded ? toAnswered(request) : undefined, request.time)
        gaps.note(request, facts, verdict)
        return verdict
      }
      const outcome = decide(facts, stages, request.time)
      return outcome instanceof Promise ? outcome.then(note) : note(outcome)
    },
    warnings: () => [...gaps.warnings(), ...describeEvictions(stages.limiter)],
  }
}

/** What the client got when the line was written: the status is all that logs have of it. */
function toAnswered({ status }: LogRequest): Answered | undefined {
  return status === undefined ? undefined : { response: { status, headers: new Headers() }, fromOrigin: true }
}

/** The first exact host of the routes; else one that the first pattern matches. */
export function findFirstHost({ routes }: Pick<PolicyModel, 'routes'>): string {
  const hosts = routes.flatMap((route) => route.hosts)
  const exact = hosts.find((host) => !host.startsWith('*'))
  if (exact !== undefined) return exact
  const suffix = hosts.find((host) => host.startsWith('*.'))
  return suffix === undefined ? 'localhost' : `www${suffix.slice(1)}`
}

function describeEvictions({ stats: { evicted } }: Limiter): string[] {
  if (evicted === 0) return []
  return [`table that limits count in was full (${evicted}×): some refusals may be missing`]
}
