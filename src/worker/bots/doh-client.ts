/**
 * Asks a resolver over HTTPS for its answer in JSON.
 *
 * `node:dns` would do the same in the Worker, and cannot be told which resolver, how long and how much.
 * @module
 */
import { type Fetch, type FetchBounds, fetchBounded } from '../../ingress/bots/bounded-fetch.ts'
import { type AskDns, type DnsAnswer, readDnsAnswer } from '../../ingress/bots/dns/dns-answer.ts'

/** An answer of the largest message that DNS has is some 100 records; what we ask has a handful. */
const BOUNDS: FetchBounds = { most: 16_384, timeout: 2000, redirects: 0 }

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** @param resolver URL of a resolver with the JSON form, as `https://cloudflare-dns.com/dns-query`. */
export function createDohClient(resolver: string, fetch: Fetch): AskDns {
  return async (name, type): Promise<DnsAnswer> => {
    if (!URL.canParse(resolver)) return { kind: 'failed', why: 'unreachable' }
    const url = new URL(resolver)
    url.searchParams.set('name', name)
    url.searchParams.set('type', type)
    const fetched = await fetchBounded(fetch, url.href, { accept: 'application/dns-json' }, BOUNDS)
    if (fetched.kind !== 'fetched') return { kind: 'failed', why: 'unreachable' }
    return readDnsAnswer(parse(fetched.text), name, type)
  }
}
