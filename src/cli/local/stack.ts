/**
 * Both doors on this machine: policy, keys, edge and origin put together.
 * @module
 */

import { loadPolicy } from '../../policy/load-policy.ts'
import type { PolicyFiles, Problem } from '../../policy/problem.ts'
import { startLocalEdge } from './edge.ts'
import { createLocalKeys, type LocalKeys } from './keys.ts'
import { startLocalOrigin } from './origin.ts'

export interface StackOptions {
  readonly policy: PolicyFiles
  readonly keys?: LocalKeys
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
  readonly policy: string
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

/** The origin that the shipped routes forward to; a local run puts the demo origin's address in its place. */
export const DEMO_ORIGIN = 'http://127.0.0.1:8788'

export async function startStack(options: StackOptions): Promise<Stack> {
  const keys = options.keys ?? createLocalKeys()
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
      host,
      port: options.edgePort ?? 0,
      ...(onDecision ? { onLine: (line) => onDecision(markEdge(line)) } : {}),
    })
    return {
      edge: edge.url,
      origin: origin.url,
      keys,
      policy: loaded.model.version,
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

function withOrigin(files: PolicyFiles, origin: string): PolicyFiles {
  return new Map([...files].map(([path, text]) => [path, text.replaceAll(DEMO_ORIGIN, origin)]))
}

/** A JSON line gets its door; anything else the runtime prints is wrapped. */
function markEdge(line: string): string {
  return line.startsWith('{')
    ? `{"door":"edge",${line.slice(1)}`
    : JSON.stringify({ door: 'edge', kind: 'log', line })
}
