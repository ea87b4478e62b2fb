/**
 * Both doors on this machine: policy, keys, edge and origin put together.
 * @module
 */

import { loadPolicy } from '../../policy/load-policy.ts'
import type { PolicyFiles, Problem } from '../../policy/problem.ts'
import { type LocalKv, startLocalEdge } from './edge.ts'
import {
  createLocalKeys,
  createLocalPolicyKeys,
  createOperatorToken,
  type LocalKeys,
  type LocalPolicyKeys,
} from './keys.ts'
import { startLocalOrigin } from './origin.ts'
import { withOrigin } from './with-origin.ts'

export interface StackOptions {
  readonly policy: PolicyFiles
  readonly keys?: LocalKeys
  readonly policyKeys?: LocalPolicyKeys
  /** Of the edge's operator API; made anew unless given. */
  readonly operatorToken?: string
  readonly host?: string
  /** 0, the default, takes any free port. */
  readonly edgePort?: number
  readonly originPort?: number
  /** One line of JSON per decision, with `door: edge` or `door: origin` first. */
  readonly onDecision?: (line: string) => void
}

export interface Stack {
  readonly edge: string
  readonly origin: string
  readonly keys: LocalKeys
  readonly policyKeys: LocalPolicyKeys
  readonly operatorToken: string
  /** Version of the policy that is baked in. */
  readonly policy: string
  /** The policy that is baked in. */
  readonly baseline: Uint8Array
  /** The edge's store of live policy. */
  kv(): Promise<LocalKv>
  stop(): Promise<void>
}

/** The policy does not check out; `problems` say where. */
export class PolicyProblems extends Error {
  override readonly name = 'PolicyProblems'
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super('the policy has problems')
    this.problems = problems
  }
}

export async function startStack(options: StackOptions): Promise<Stack> {
  const keys = options.keys ?? createLocalKeys()
  const policyKeys = options.policyKeys ?? createLocalPolicyKeys()
  const operatorToken = options.operatorToken ?? createOperatorToken()
  const host = options.host ?? '127.0.0.1'
  const { onDecision } = options
  const origin = await startLocalOrigin({
    keys: keys.origin,
    host,
    port: options.originPort ?? 0,
    ...(onDecision
      ? { onDecision: (record) => onDecision(JSON.stringify({ door: 'origin', ...record })) }
      : {}),
  })
  try {
    const loaded = await loadPolicy(withOrigin(options.policy, origin.url))
    if (!loaded.ok) throw new PolicyProblems(loaded.problems)
    const edge = await startLocalEdge({
      bundle: loaded.bundle,
      keys: keys.edge,
      policyKeys: policyKeys.verify,
      operatorToken,
      host,
      port: options.edgePort ?? 0,
      ...(onDecision ? { onLine: (line) => onDecision(markEdge(line)) } : {}),
    })
    return {
      edge: edge.url,
      origin: origin.url,
      keys,
      policyKeys,
      operatorToken,
      policy: loaded.model.version,
      baseline: loaded.bundle,
      kv: () => edge.kv(),
      stop: async () => {
        await edge.stop()
        await origin.stop()
      },
    }
  } catch (error) {
    await origin.stop()
    throw error
  }
}

/** A JSON line gets its door; anything else the runtime prints is wrapped. */
function markEdge(line: string): string {
  return line.startsWith('{')
    ? `{"door":"edge",${line.slice(1)}`
    : JSON.stringify({ door: 'edge', kind: 'log', line })
}
