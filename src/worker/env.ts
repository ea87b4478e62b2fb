/**
 * The bindings of `wrangler.toml`. Everything the Worker reaches outside itself is named here.
 * @module
 */
import type { CounterNamespace } from './durable-counters.ts'

export interface Env {
  /** Live policy; read by the bundle loader. */
  readonly RULES?: KVNamespace
  readonly COUNTERS: CounterNamespace
  /** Secret: the edge's JWK Set, as `sallyport keys new` writes it. */
  readonly SALLYPORT_KEYS?: string
  /** Number of counter objects; fixed for the life of a deployment. */
  readonly COUNTER_SHARDS?: string
  /** Decision records as data points, when the dataset is bound. */
  readonly DECISIONS?: AnalyticsEngineDataset
}
