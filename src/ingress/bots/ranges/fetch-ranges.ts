/**
 * Fetches one list of address ranges and says whether it may stand in for the one there is.
 * @module
 */
import type { RangeSourceModel } from '../../../bundle/bots-model.ts'
import { takePublished } from '../../../net/check-published.ts'
import type { Prefix } from '../../../net/prefix.ts'
import { MAX_PUBLISHED_BYTES } from '../../../net/read-published.ts'
import { type Fetch, type FetchBounds, fetchBounded } from '../bounded-fetch.ts'

export type FetchedRanges =
  | { readonly kind: 'fetched'; readonly prefixes: readonly Prefix[]; readonly etag?: string }
  /** The list has not changed since `etag`. */
  | { readonly kind: 'same' }
  /** `why` is stable: a fault of `read-published.ts`, or of the way there. `message` is for people. */
  | { readonly kind: 'failed'; readonly why: string; readonly message: string }

/** What is known of the list there is. */
export interface LastRanges {
  readonly count?: number
  readonly etag?: string
  /** Takes any change of length. */
  readonly accept?: boolean
}

const BOUNDS: FetchBounds = { most: MAX_PUBLISHED_BYTES, timeout: 10_000, redirects: 3 }

const ACCEPT: Readonly<Record<RangeSourceModel['format'], string>> = {
  json: 'application/json',
  text: 'text/plain',
  csv: 'text/csv, text/plain;q=0.9',
}

/** Never rejects. */
export async function fetchRanges(
  fetch: Fetch,
  { url, format }: Pick<RangeSourceModel, 'url' | 'format'>,
  { count, etag, accept = false }: LastRanges,
): Promise<FetchedRanges> {
  const wanted = { accept: ACCEPT[format], ...(etag === undefined ? {} : { etag }) }
  const fetched = await fetchBounded(fetch, url, wanted, BOUNDS)
  if (fetched.kind === 'same') return fetched
  if (fetched.kind === 'failed')
    return { ...fetched, message: `The list could not be fetched (${fetched.why})` }
  const taken = takePublished(fetched.text, format, count, accept)
  if (!taken.ok) return { kind: 'failed', why: taken.fault, message: taken.message }
  const tag = fetched.etag === undefined ? {} : { etag: fetched.etag }
  return { kind: 'fetched', prefixes: taken.prefixes, ...tag }
}
