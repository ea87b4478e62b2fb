/**
 * Watches an edge until it runs what was published.
 * @module
 */

/** What `GET /.sallyport/health` says that matters here. */
export interface EdgeHealth {
  readonly serial: number | undefined
  readonly version: string | undefined
  /** `kv` or `baseline`. */
  readonly source: string | undefined
  /** Why it does not read the store. */
  readonly problem: string | undefined
  /** Code of why it last kept what it has. */
  readonly refusal: string | undefined
  /** What a candidate in the shadow would have done otherwise, since this isolate has it. */
  readonly shadow?: ShadowCounts
}

export interface ShadowCounts {
  readonly evaluated: number
  readonly disagreed: number
  /** By what was done and what would have been. */
  readonly disagreements: Readonly<Record<string, number>>
}

export interface WaitOptions {
  readonly edge: string
  readonly serial: number
  /** Milliseconds. */
  readonly timeout: number
  /** Milliseconds, monotonic. */
  readonly clock: () => number
  readonly sleep: (milliseconds: number) => Promise<void>
}

export type WaitResult =
  | { readonly ok: true; readonly milliseconds: number }
  | { readonly ok: false; readonly health: EdgeHealth | undefined }

/** Milliseconds between two looks, and for one. */
const PAUSE = 200
const LOOK_TIMEOUT = 5000

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function readShadow(value: unknown): { shadow?: ShadowCounts } {
  if (!isRecord(value) || !isRecord(value.disagreements)) return {}
  const counts: [string, unknown][] = Object.entries(value.disagreements)
  return {
    shadow: {
      evaluated: Number(value.evaluated),
      disagreed: Number(value.disagreed),
      disagreements: Object.fromEntries(counts.map(([pair, count]) => [pair, Number(count)])),
    },
  }
}

function readHealth(body: unknown): EdgeHealth {
  const delivery = isRecord(body) && isRecord(body.delivery) ? body.delivery : {}
  const refusal = isRecord(delivery.refusal) ? delivery.refusal : {}
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
  return {
    serial: typeof delivery.serial === 'number' ? delivery.serial : undefined,
    version: text(delivery.version),
    source: text(delivery.source),
    problem: text(delivery.problem),
    refusal: text(refusal.reason),
    ...readShadow(delivery.shadow),
  }
}

/** `undefined` when the edge does not answer as one. */
export async function fetchHealth(edge: string): Promise<EdgeHealth | undefined> {
  try {
    const response = await fetch(new URL('/.sallyport/health', edge), {
      signal: AbortSignal.timeout(LOOK_TIMEOUT),
      redirect: 'error',
    })
    return response.ok ? readHealth(await response.json()) : undefined
  } catch {
    return undefined
  }
}

/** Each look is a request, and a request is what makes an edge look at the store. */
export async function waitForSerial(options: WaitOptions): Promise<WaitResult> {
  const { edge, serial, timeout, clock, sleep } = options
  const started = clock()
  for (;;) {
    const health = await fetchHealth(edge)
    const waited = clock() - started
    if ((health?.serial ?? 0) >= serial) return { ok: true, milliseconds: waited }
    if (waited >= timeout) return { ok: false, health }
    await sleep(PAUSE)
  }
}
