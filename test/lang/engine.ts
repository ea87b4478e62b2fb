/**
 * Cloudflare's own engine, compiled to WebAssembly inside `@arcjet/analyze-wasm`: an oracle for tests. It is an
 * older build without `any` and `all`, over a small scheme.
 */
import { initializeWasm } from '@arcjet/analyze-wasm'

/** What the engine is asked about: one request and the values of `local[...]`. */
export interface EngineRequest {
  readonly ip: string
  readonly method: string
  readonly host: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: string
  readonly query: string
  readonly local: Readonly<Record<string, string>>
}

export type EngineResult =
  /** `undetermined`: a value that it needed is missing. */
  | { readonly result: boolean | 'undetermined' }
  /** The text Cloudflare shows, with line, column and carets. */
  | { readonly error: string }

export interface Engine {
  match(expression: string, request: EngineRequest): EngineResult
}

/** Loads the engine; about a tenth of a second. Everything it could ask of us is answered with nothing. */
export async function loadEngine(): Promise<Engine> {
  const root = await initializeWasm({
    'arcjet:js-req/bot-identifier': { detect: () => [] },
    'arcjet:js-req/verify-bot': { verify: () => 'unverifiable' },
    'arcjet:js-req/email-validator-overrides': {
      isFreeEmail: () => 'unknown',
      isDisposableEmail: () => 'unknown',
      hasMxRecords: () => 'unknown',
      hasGravatar: () => 'unknown',
    },
    'arcjet:js-req/sensitive-information-identifier': { detect: () => [] },
    'arcjet:js-req/filter-overrides': { ipLookup: () => undefined },
  })
  if (!root) throw new Error('the engine did not load')
  return {
    match(expression, { local, ...request }) {
      try {
        const found = root.matchFilters(JSON.stringify(request), JSON.stringify(local), [expression], true)
        if (found.undeterminedExpressions.length > 0) return { result: 'undetermined' }
        return { result: found.matchedExpressions.length > 0 }
      } catch (error) {
        return {
          error:
            error instanceof Error
              ? String((error as { payload?: unknown }).payload ?? error.message)
              : String(error),
        }
      }
    },
  }
}
