/**
 * A request that says it is a browser's, with the fields that browsers send.
 * @module
 */
import type { AgentEngine, AgentProfile } from '../../../http/agent-family.ts'
import type { RequestFacts } from '../../../http/facts.ts'
import type { Evidence } from './evidence.ts'
import type { EdgeFacts } from './read-edge.ts'

export interface BrowserRequest {
  readonly facts: RequestFacts
  readonly userAgent: string
  readonly agent: AgentProfile
  readonly edge: EdgeFacts
  /** Its version sends Sec-Fetch fields, offers Brotli and knows HTTP/2 and TLS 1.3. */
  readonly modern: boolean
  /** A web view, Electron or a device: what it leaves out says nothing. */
  readonly embedded: boolean
  /** Client hints and Sec-Fetch go to trustworthy origins only (W3C Secure Contexts, section 3.1). */
  readonly trustworthy: boolean
  readonly websocket: boolean
  /** A report that the browser sends of itself, with fields of its own choice. */
  readonly report: boolean
  /** A page or a frame is to be shown. */
  readonly page: boolean
  /** A link that is saved and not shown: Chromium sends neither Accept nor client hints with it. */
  readonly download: boolean
  /** The browser fetches ahead. */
  readonly prefetch: boolean
  readonly accept: string | undefined
  readonly language: string | undefined
  readonly hints: {
    readonly brands: string | undefined
    readonly mobile: string | undefined
    readonly platform: string | undefined
  }
  readonly fetch: {
    readonly site: string | undefined
    readonly mode: string | undefined
    readonly dest: string | undefined
    readonly user: string | undefined
  }
}

/**
 * The first versions with all three Sec-Fetch fields (MDN, browser compatibility data): Chromium 80, Firefox 90,
 * Safari 16.4. They took Brotli, HTTP/2 and TLS 1.3 long before.
 */
const MODERN: Readonly<Record<AgentEngine, number>> = {
  blink: 80,
  gecko: 90,
  webkit: 1604,
  old: Number.POSITIVE_INFINITY,
  none: Number.POSITIVE_INFINITY,
}

/** Destinations of pages and of what is shown in them. */
const PAGES: ReadonlySet<string> = new Set(['document', 'iframe', 'frame', 'object', 'embed', 'fencedframe'])

/** Content types of what browsers report by themselves: Reporting API, Content Security Policy, link auditing. */
const REPORTS = /^(?:application\/(?:reports\+json|csp-report|expect-ct-report\+json)|text\/ping)/i
const LOCAL = /^(?:localhost|.+\.localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])$/

/** As browsers make them: with GET, and always with an Origin (RFC 6455 sections 4.1 and 10.2). */
function isHandshake({ method, headers }: RequestFacts): boolean {
  if (method !== 'GET' || headers.get('upgrade')?.toLowerCase() !== 'websocket') return false
  const origin = headers.get('origin')
  return origin !== undefined && headers.get('upgrade-insecure-requests') === undefined
}

/** `undefined` for what does not say that it is a browser, or leaves a browser no choice: a preflight. */
export function readBrowser({
  facts,
  userAgent,
  agent,
  edge,
  undeclared,
}: Evidence): BrowserRequest | undefined {
  if (!undeclared || agent.engine === 'none' || agent.engine === 'old') return undefined
  const { headers, scheme, host, method } = facts
  if (method === 'OPTIONS' && headers.get('access-control-request-method') !== undefined) return undefined
  const mode = headers.get('sec-fetch-mode')
  const dest = headers.get('sec-fetch-dest')
  const navigates = mode === 'navigate'
  return {
    facts,
    userAgent,
    agent,
    edge,
    modern: agent.level >= MODERN[agent.engine],
    embedded: agent.host !== 'browser',
    trustworthy: scheme === 'https' || LOCAL.test(host.name),
    websocket: isHandshake(facts),
    report: method === 'POST' && REPORTS.test(headers.get('content-type') ?? ''),
    page: navigates && dest !== undefined && PAGES.has(dest),
    download: navigates && dest === 'empty',
    prefetch: (headers.get('sec-purpose') ?? headers.get('purpose') ?? '').startsWith('prefetch'),
    accept: headers.get('accept'),
    language: headers.get('accept-language'),
    hints: {
      brands: headers.get('sec-ch-ua'),
      mobile: headers.get('sec-ch-ua-mobile'),
      platform: headers.get('sec-ch-ua-platform'),
    },
    fetch: {
      site: headers.get('sec-fetch-site'),
      mode,
      dest,
      user: headers.get('sec-fetch-user'),
    },
  }
}
