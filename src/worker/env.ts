/**
 * The bindings of `wrangler.toml`. Everything the Worker reaches outside itself is named here.
 * @module
 */
import type { CounterNamespace } from './durable-counters.ts'

export interface Env {
  /** Live policy; read only when there are keys to check it with. */
  readonly RULES?: KVNamespace
  readonly COUNTERS: CounterNamespace
  /** Secret: the edge's JWK Set, as `sallyport keys new` writes it. */
  readonly SALLYPORT_KEYS?: string
  /** Public JWK Set: a policy from KV runs only when one of these keys has signed it. */
  readonly SALLYPORT_POLICY_KEYS?: string
  /** Pointers with a lower serial are not taken. */
  readonly POLICY_MIN_SERIAL?: string
  /** Seconds between two looks at KV, per isolate; 30 unless set. */
  readonly POLICY_REFRESH_SECONDS?: string
  /** Number of counter objects; fixed for the life of a deployment. */
  readonly COUNTER_SHARDS?: string
  /** Decision records as data points, when the dataset is bound. */
  readonly DECISIONS?: AnalyticsEngineDataset
}
