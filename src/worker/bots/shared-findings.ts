/**
 * What the isolates of a data centre know of the names of addresses, in a cache of its own: the default one is also
 * that of the site, where what a request is answered with could be taken for a finding.
 * @module
 */
import type { SharedFindings } from '../../ingress/bots/dns/dns-proofs.ts'

const NAME = 'sallyport-dns'
/** Never asked for: names of the cache are URLs. */
const BASE = 'https://dns.sallyport.invalid/'
const MAX_TEXT = 64

/** What of the runtime's `caches` is used. */
export interface NamedCaches {
  open(name: string): Promise<{
    match(key: string): Promise<Response | undefined>
    put(key: string, response: Response): Promise<void>
  }>
}

/** @param resolver Who has said so: what one resolver has found is none of another's. */
export function createSharedFindings(storage: NamedCaches, resolver: string): SharedFindings {
  const base = `${BASE}${encodeURIComponent(resolver)}/`
  const keyOf = (key: string): string => base + encodeURIComponent(key)
  return {
    async get(key) {
      const response = await (await storage.open(NAME)).match(keyOf(key))
      const text = await response?.text()
      return text === undefined || text.length > MAX_TEXT ? undefined : text
    },
    async put(key, finding, seconds) {
      const headers = { 'cache-control': `max-age=${seconds}`, 'content-type': 'text/plain' }
      await (await storage.open(NAME)).put(keyOf(key), new Response(finding, { headers }))
    },
  }
}
