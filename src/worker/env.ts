/**
 * The bindings of `wrangler.toml`. Everything the Worker reaches outside itself is named here.
 * @module
 */
import type { ChallengeNamespace } from './challenge-shards.ts'
import type { ControlNamespace } from './control-calls.ts'
import type { CounterNamespace } from './counter-shards.ts'
import type { WatchNamespace } from './watch-sync.ts'

export interface Env {
  /** Live policy; read only when there are keys to check it with. */
  readonly RULES?: KVNamespace
  readonly COUNTERS: CounterNamespace
  /** One object for each data centre; absent: nothing is detected across isolates. */
  readonly WATCH?: WatchNamespace
  /** The object that keeps bans and attack states; absent: there are none, and no operator API. */
  readonly CONTROL?: ControlNamespace
  /** The objects that remember which challenges are solved; absent: solutions give a short clearance only. */
  readonly CHALLENGES?: ChallengeNamespace
  /** Secrets of the widget that `challenge.provider` of rules/bots.yaml names. */
  readonly SALLYPORT_TURNSTILE_SECRET?: string
  readonly SALLYPORT_HCAPTCHA_SECRET?: string
  /** Secret: the edge's JWK Set, as `sallyport keys new` writes it. */
  readonly SALLYPORT_KEYS?: string
  /** Secret: what operators of bans and attack mode show; without it the operator API is off. */
  readonly SALLYPORT_OPERATOR_TOKEN?: string
  /** Public JWK Set: a policy from KV runs only when one of these keys has signed it. */
  readonly SALLYPORT_POLICY_KEYS?: string
  /** Pointers with a lower serial are not taken. */
  readonly POLICY_MIN_SERIAL?: string
  /** Seconds between two looks at KV, per isolate; 30 unless set. */
  readonly POLICY_REFRESH_SECONDS?: string
  /** Counter objects of each region and of the world, for limits with such a scope; a change resets their counts. */
  readonly COUNTER_SHARDS?: string
  /** Decision records as data points, when the dataset is bound. */
  readonly DECISIONS?: AnalyticsEngineDataset
}
