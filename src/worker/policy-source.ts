/**
 * Where an isolate's policy comes from: KV when there are keys to check it with, the Worker itself otherwise.
 * @module
 */
import { type Bundle, openParts, type PartMap, readParts } from '../bundle/bundle.ts'
import type { PolicyStore } from '../bundle/delivery.ts'
import type { LivePolicy } from '../bundle/live-policy.ts'
import { createPolicyLoader, type KeepAlive, type LoaderEvent } from '../bundle/policy-loader.ts'
import { createPointerVerifier, type PointerVerifier } from '../bundle/verify-pointer.ts'
import { parseKeySet } from '../signature/keys.ts'
import type { ReportedSource } from './delivery-report.ts'
import type { Env } from './env.ts'
import { readBounded } from './read-bounded.ts'
import { readWhole } from './read-whole.ts'
import type { Linker, Runtime } from './runtime.ts'
import { startTimer } from './start-timer.ts'

export interface PolicySource extends ReportedSource {
  /** See `PolicyLoader`. */
  current(keepAlive: KeepAlive): LivePolicy<Runtime> | Promise<LivePolicy<Runtime>>
  readonly live: LivePolicy<Runtime>
}

interface LiveSettings {
  readonly store: PolicyStore
  readonly verify: PointerVerifier
  readonly minSerial: number
  /** Milliseconds. */
  readonly freshFor: number
}

type SettingsResult =
  | { readonly ok: true; readonly settings: LiveSettings }
  | { readonly ok: false; readonly unread: NonNullable<PolicySource['unread']> }

const MAX_REFRESH_SECONDS = 300
const DEFAULT_REFRESH_SECONDS = 30

function misconfigured(problem: string): SettingsResult {
  return { ok: false, unread: { state: 'misconfigured', problem } }
}

/** As a stream, because KV itself returns up to 25 MiB for any key, however small its value should be. */
function openStore(kv: KVNamespace): PolicyStore {
  return {
    async get(key, maxAge, maxBytes) {
      const stream = await kv.get(key, { type: 'stream', cacheTtl: maxAge })
      return stream && readBounded(stream, maxBytes)
    },
  }
}

async function readVerifier(text: string): Promise<PointerVerifier | string> {
  const parsed = parseKeySet(text)
  if (!parsed.ok) return `SALLYPORT_POLICY_KEYS: ${parsed.error.message}`
  const { keys } = parsed.keySet
  const secret = keys.find((key) => key.kty !== 'OKP' || key.d !== undefined)
  if (secret) {
    return `SALLYPORT_POLICY_KEYS: the key ${secret.kid} can sign; put in the public half, policy.public.jwks.json.`
  }
  try {
    return await createPointerVerifier(keys)
  } catch {
    return 'SALLYPORT_POLICY_KEYS holds a key that the runtime does not take.'
  }
}

async function readSettings(env: Env): Promise<SettingsResult> {
  const { RULES: kv, SALLYPORT_POLICY_KEYS: keys } = env
  if (keys === undefined || keys === '') {
    const problem = 'SALLYPORT_POLICY_KEYS is not set, so KV is not read.'
    return { ok: false, unread: { state: 'off', problem } }
  }
  if (kv === undefined) return misconfigured('There is no KV namespace bound as RULES.')
  const minSerial = readWhole(env.POLICY_MIN_SERIAL, { low: 0, high: Number.MAX_SAFE_INTEGER, otherwise: 0 })
  if (minSerial === undefined) return misconfigured('POLICY_MIN_SERIAL must be a whole number.')
  const seconds = readWhole(env.POLICY_REFRESH_SECONDS, {
    low: 1,
    high: MAX_REFRESH_SECONDS,
    otherwise: DEFAULT_REFRESH_SECONDS,
  })
  if (seconds === undefined)
    return misconfigured(`POLICY_REFRESH_SECONDS must be a whole number from 1 to ${MAX_REFRESH_SECONDS}.`)
  const verify = await readVerifier(keys)
  if (typeof verify === 'string') return misconfigured(verify)
  return { ok: true, settings: { store: openStore(kv), verify, minSerial, freshFor: seconds * 1000 } }
}

interface Baseline {
  readonly bundle: Bundle
  readonly parts: PartMap
}

function openBaseline(container: ArrayBuffer): Baseline {
  const parts = readParts(container)
  return { bundle: openParts(parts), parts }
}

/**
 * @param container The compiled policy inside the Worker.
 * @throws BundleError, or what the stages throw, when the Worker's own policy cannot be used.
 */
export async function createPolicySource(
  env: Env,
  container: ArrayBuffer,
  link: Linker,
  onEvent: (event: LoaderEvent) => void,
): Promise<PolicySource> {
  const { bundle, parts } = openBaseline(container)
  const { version } = bundle.model
  const linked = link({ bundle, kill: [], role: 'serve' })
  const result = await readSettings(env)
  if (result.ok) {
    const { settings } = result
    const now = (): number => Date.now()
    const baseline = { version, linked, parts }
    return createPolicyLoader<Runtime>({ ...settings, link, baseline, now, timer: startTimer, onEvent })
  }
  const live: LivePolicy<Runtime> = { serial: 0, source: 'baseline', active: { version, linked }, kill: [] }
  return { current: () => live, live, unread: result.unread }
}
