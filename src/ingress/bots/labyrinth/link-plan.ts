/**
 * Which pages get the hidden link, and what becomes of their header fields.
 * @module
 */
import type { RequestFacts } from '../../../http/facts.ts'
import type { HeaderEdit } from '../../../http/header-edit.ts'
import { isOwnAccord } from './own-accord.ts'

/** As far as the plan looks at it: a `Response` fits. */
export interface PlannedResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
}

/** Fields that are true of the content as it was only. `Content-Length` and ranges no longer fit either. */
const DROPPED: readonly string[] = [
  'content-length',
  'accept-ranges',
  'content-md5',
  'digest',
  'content-digest',
  'repr-digest',
]
/** What the runtime takes off and puts on again around the rewriter. */
const ENCODINGS: ReadonlySet<string> = new Set(['', 'identity', 'gzip', 'br'])
/** Words of caches between the edge and the client, for which Cache-Control is not meant (RFC 9213). */
const CACHE_FIELDS: readonly string[] = [
  'cdn-cache-control',
  'cloudflare-cdn-cache-control',
  'surrogate-control',
]
const HTML = /^\s*text\/html\s*(?:;|$)/i
/** The rewriter looks for ASCII. */
const WIDE_CHARSET = /charset\s*=\s*"?(?:utf-?16|utf-?32|ucs|iso-2022|utf-?7)/i
const MOST_FIELD = 1024
/** With names of fields behind it, `private` is about those only (RFC 9111 section 5.2.2.7). */
const PRIVATE = /\bprivate\b(?!\s*=)|\bno-store\b/

/**
 * The edits that make room for a link, or `undefined` when the page stays as it is: when it is no whole page of HTML
 * that a client asks for by itself, when the rewriter could not read it or must not change it (`no-transform`,
 * RFC 9110 section 7.7; a signature of its own), or when a shared cache may give it to others (RFC 9111 section 3).
 *
 * The link is for one client, so what caches might keep by their own lights (section 4.2.2) becomes `private`. The
 * content changes a little and its meaning does not: a strong entity tag becomes weak (RFC 9110 section 8.8.1), so
 * that browsers can still ask whether a page has changed.
 */
export function planLink(facts: RequestFacts, response: PlannedResponse): readonly HeaderEdit[] | undefined {
  if (!isPageRequest(facts) || response.status !== 200) return undefined
  const field = (name: string): string => (response.headers.get(name) ?? '').slice(0, MOST_FIELD)
  if (!isRewritable(field)) return undefined
  const control = field('cache-control').toLowerCase()
  if (isShared(control, field)) return undefined
  const edits: HeaderEdit[] = DROPPED.map((name) => ({ operation: 'remove', name }))
  if (!PRIVATE.test(control)) edits.push({ operation: 'add', name: 'cache-control', value: 'private' })
  const tag = field('etag')
  if (tag.startsWith('"')) edits.push({ operation: 'set', name: 'etag', value: `W/${tag}` })
  return edits
}

function isPageRequest(facts: RequestFacts): boolean {
  const { method, headers } = facts
  // What scripts fetch is put into pages that have a link already.
  const isPart = headers.get('sec-fetch-dest') === 'empty' || headers.get('x-requested-with') !== undefined
  return method === 'GET' && !isPart && headers.get('range') === undefined && isVisit(facts)
}

/** A page that another site links to is a page all the same; one that is embedded or prefetched is left alone. */
function isVisit(facts: RequestFacts): boolean {
  const site = facts.headers.get('sec-fetch-site')
  if (site !== 'cross-site' && site !== 'same-site') return isOwnAccord(facts)
  return facts.headers.get('sec-fetch-dest') === 'document' && facts.headers.get('sec-purpose') === undefined
}

function isRewritable(field: (name: string) => string): boolean {
  const type = field('content-type')
  return (
    HTML.test(type) &&
    !WIDE_CHARSET.test(type) &&
    ENCODINGS.has(field('content-encoding').trim().toLowerCase()) &&
    field('content-range') === '' &&
    field('signature-input') === '' &&
    !/^\s*attachment\b/i.test(field('content-disposition')) &&
    !/\bno-transform\b/i.test(field('cache-control'))
  )
}

/** Whether the origin wants shared caches to keep it, or says how long it is good without saying for whom. */
function isShared(control: string, field: (name: string) => string): boolean {
  if (CACHE_FIELDS.some((name) => field(name) !== '')) return true
  if (/\bpublic\b|\bs-maxage\b/.test(control)) return true
  if (PRIVATE.test(control) || /\bno-cache\b(?!\s*=)/.test(control)) return false
  const age = /\bmax-age\s*=\s*"?(\d+)/.exec(control)?.[1]
  if (age !== undefined) return Number(age) > 0
  const expires = Date.parse(field('expires'))
  const date = Date.parse(field('date'))
  // `Expires: 0` and the like are in the past (RFC 9111 section 5.3).
  return !Number.isNaN(expires) && !(expires <= date)
}
