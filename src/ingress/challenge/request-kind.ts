/**
 * What kind of request is to be challenged: who can show a page, who cannot, who is left alone.
 * @module
 */
import type { RequestFacts } from '../../http/facts.ts'
import { prefersHtml } from '../../http/problem.ts'
import { hasPathPrefix, type PathPattern, trimPrefix } from '../../http/scope.ts'

/**
 * `page`: a browser on its way to a page, which shows what comes back. `prefetch`: a browser that fetches ahead
 * and shows nothing. `call`: anything else; it gets a problem document.
 */
export type RequestKind = 'page' | 'prefetch' | 'call'

/** Destinations of navigations that show a page of ours (Fetch section 2.2.5); `object` and `embed` do not. */
const FRAMES: ReadonlySet<string> = new Set(['document', 'iframe', 'frame', 'fencedframe', 'empty'])

/** Scripts that swap parts of a page say so. Believed, as it only ever takes a page away. */
const SCRIPTED: readonly string[] = [
  'hx-request',
  'turbo-frame',
  'x-turbo-request-id',
  'x-pjax',
  'x-inertia',
  'x-livewire',
  'rsc',
]

/**
 * `Sec-Fetch-*` is set by browsers alone and no script can change it (Fetch Metadata section 2), so it decides
 * where it is. Browsers without it (Safari before 16.4, all of them on plain http) are known by Accept, and their
 * forms by `Upgrade-Insecure-Requests`, which comes with navigations only (Upgrade Insecure Requests section 3.2).
 */
export function requestKind({ method, headers }: RequestFacts): RequestKind {
  if (isPrefetch(headers.get('sec-purpose') ?? headers.get('purpose') ?? headers.get('x-moz')))
    return 'prefetch'
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') return 'call'
  if (headers.get('upgrade') !== undefined || headers.get('range') !== undefined) return 'call'
  const mode = headers.get('sec-fetch-mode')
  if (mode !== undefined)
    return mode === 'navigate' && FRAMES.has(headers.get('sec-fetch-dest') ?? 'document') ? 'page' : 'call'
  if (headers.get('sec-fetch-dest') !== undefined || !prefersHtml(headers.get('accept'))) return 'call'
  if (SCRIPTED.some((name) => headers.get(name) !== undefined)) return 'call'
  // Android's older web views send the name of the app here, with navigations too.
  if (headers.get('x-requested-with')?.toLowerCase() === 'xmlhttprequest') return 'call'
  return method !== 'POST' || headers.get('upgrade-insecure-requests') === '1' ? 'page' : 'call'
}

/** Whether the page is to be shown in a frame of another page. */
export function isFramed({ headers }: RequestFacts): boolean {
  const dest = headers.get('sec-fetch-dest')
  return dest === 'iframe' || dest === 'frame'
}

/** Such as `prefetch`, `prefetch;prerender` (Nav Speculation section 8.1), `prefetch;anonymous-client-ip`. */
function isPrefetch(purpose: string | undefined): boolean {
  return purpose !== undefined && /^(?:prefetch|prerender|preview)\b/i.test(purpose.trimStart())
}

/** A preflight carries neither cookies nor a person (Fetch section 3.3.7): it cannot solve anything. */
export function isPreflight({ method, headers }: RequestFacts): boolean {
  return (
    method === 'OPTIONS' &&
    headers.get('origin') !== undefined &&
    headers.get('access-control-request-method') !== undefined
  )
}

/** Files that programs read by agreement, without cookies (RFC 8615, RFC 9309 section 2.3). */
const LEFT_ALONE: ReadonlySet<string> = new Set(['/robots.txt', '/favicon.ico'])
const WELL_KNOWN = '/.well-known'

/**
 * Requests that nobody ever challenges, as nobody behind them could answer. Asked before a challenge is decided.
 * @param exempt The operator's own: webhooks, interfaces for programs.
 */
export function isUnchallengeable(facts: RequestFacts, exempt: readonly PathPattern[] = []): boolean {
  const { path } = facts.target
  if (LEFT_ALONE.has(path) || hasPathPrefix(path, WELL_KNOWN)) return true
  return isPreflight(facts) || isManifest(facts) || exempt.some((pattern) => matches(pattern, path))
}

/**
 * Browsers fetch them without cookies (Web Application Manifest section 6.2). The name counts too: the field alone
 * would be a way past every challenge.
 */
function isManifest({ method, target, headers }: RequestFacts): boolean {
  const dest = headers.get('sec-fetch-dest')
  if (method !== 'GET' || (dest !== 'manifest' && dest !== 'empty')) return false
  const name = target.path.slice(target.path.lastIndexOf('/') + 1)
  // A service worker that passes it on says `empty`; then only the name that means nothing else will do.
  return (
    name.endsWith('.webmanifest') ||
    (dest === 'manifest' && name.endsWith('.json') && name.includes('manifest'))
  )
}

function matches({ kind, value }: PathPattern, path: string): boolean {
  return kind === 'exact' ? path === value : hasPathPrefix(path, trimPrefix(value))
}
