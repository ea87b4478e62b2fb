/**
 * What a suite needs of a load balancer: to be started with the files that `sallyport origin config` makes, in front
 * of an origin that tells what reached it.
 */
import type { LoadBalancer } from '../../src/origin/recipes/description.ts'
import type { KeySet } from '../../src/signature/keys.ts'

/** One start of a load balancer. */
export interface ProxyRun {
  /** Empty and private: for configuration, sockets, logs. */
  readonly folder: string
  /** Where it has to listen, on 127.0.0.1. The authority is `127.0.0.1:<port>`, the scheme http. */
  readonly port: number
  /** Where the application listens, on 127.0.0.1. */
  readonly originPort: number
  /** The keys of the origin. */
  readonly keys: KeySet
  /** Exact paths that pass unsigned. */
  readonly unsigned: readonly string[]
}

export interface RunningProxy {
  /** Ends all of its processes and waits for them. */
  stop(): Promise<void>
  /** Process ids whose CPU time belongs to the proxy and to its verifier. */
  readonly pids: readonly number[]
}

/** A load balancer under test. */
export interface ProxyUnderTest {
  readonly name: LoadBalancer
  /** Debian packages that it needs. */
  readonly packages: readonly string[]
  isInstalled(): boolean
  /** Verifies, configured by nothing but generated files (and the smallest main file that includes them). */
  start(run: ProxyRun): Promise<RunningProxy>
  /** The same proxying without the check, for benchmarks. */
  startPlain(run: ProxyRun): Promise<RunningProxy>
}
