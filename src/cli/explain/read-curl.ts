/**
 * The request that a curl command sends first.
 * @module
 */
import type { RequestExample } from '../../policy/test-case.ts'
import { type CurlDraft, type Header, readPart } from './curl-draft.ts'
import { type Split, splitCurl } from './split-curl.ts'

/** Of no known version; rules on the user agent see what begins all of them. */
const USER_AGENT = 'curl/8'

/** curl takes `.` and `..` out of a path before it sends it (RFC 3986 section 5.2.4). */
function removeDots(path: string): string {
  const kept: string[] = []
  const segments = path.split('/').slice(1)
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1
    if (segment === '..') kept.pop()
    if (segment !== '.' && segment !== '..') kept.push(segment)
    else if (isLast) kept.push('')
  }
  return `/${kept.join('/')}`
}

/** As curl sends it: with a scheme, without fragment, user and dot segments. */
function readUrl(draft: CurlDraft, text: string): string {
  const { notes } = draft
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  const match = /^(https?):\/\/(?:([^/?#@]*)@)?([^/?#]*)([^?#]*)(\?[^#]*)?/i.exec(whole)
  if (!match) return whole
  const [, scheme = '', user, authority = '', path = '', query = ''] = match
  if (user !== undefined) readPart(draft, { meaning: 'user', value: decodeUser(user) })
  const sent = draft.asIs ? path : removeDots(path === '' ? '/' : path)
  if (sent !== path && path !== '')
    notes.push('curl takes . and .. out of the path before it sends it; --path-as-is sends them.')
  // Bytes that are not ASCII reach a Worker percent-encoded.
  const target = (sent + query).replace(/[^\p{ASCII}]+/gu, (text) => encodeURIComponent(text.toWellFormed()))
  return `${scheme.toLowerCase()}://${authority}${target}`
}

function decodeUser(user: string): string {
  try {
    return decodeURIComponent(user)
  } catch {
    return user
  }
}

/** The fields that curl adds unless it is told otherwise. */
function* ownHeaders(draft: CurlDraft, content: string | undefined): Generator<Header> {
  yield ['user-agent', USER_AGENT]
  yield ['accept', draft.json ? 'application/json' : '*/*']
  if (draft.compressed) yield ['accept-encoding', 'deflate, gzip, br, zstd']
  if (draft.form) yield ['content-type', 'multipart/form-data; boundary=------------------------00000000']
  if (content === undefined && !draft.unread) return
  if (draft.json) yield ['content-type', 'application/json']
  else if (!draft.form && !draft.upload) yield ['content-type', 'application/x-www-form-urlencoded']
  // Its length is not known; some way of framing is needed for there to be content at all.
  if (draft.unread) yield ['transfer-encoding', 'chunked']
  else yield ['content-length', String(Buffer.byteLength(content ?? ''))]
}

function methodOf(draft: CurlDraft, hasContent: boolean): string {
  if (draft.method !== undefined) return draft.method
  if (draft.head) return 'HEAD'
  if (draft.upload) return 'PUT'
  return hasContent ? 'POST' : 'GET'
}

function finish(draft: CurlDraft, url: string): RequestExample {
  const read = readUrl(draft, url)
  const joined = draft.data.length > 0 ? draft.data.join(draft.json ? '' : '&') : undefined
  const isQuery = draft.get === true && joined !== undefined
  const query = isQuery ? `${read.includes('?') ? '&' : '?'}${joined}` : ''
  const content = isQuery ? undefined : joined
  const named = new Set(draft.headers.map(([name]) => name.toLowerCase()))
  const own = [...ownHeaders(draft, content)].filter(([name]) => !named.has(name) && !draft.removed.has(name))
  return {
    method: methodOf(draft, content !== undefined || draft.unread === true),
    url: read + query,
    headers: [...draft.headers, ...own],
    ...(draft.http ? { http: draft.http } : {}),
  }
}

/** Reads a curl command; what it does not tell of the request is in the notes. */
export function readCurl(command: string): Split<RequestExample> {
  const split = splitCurl(command)
  if (!split.ok) return split
  const draft: CurlDraft = { urls: [], headers: [], removed: new Set(), data: [], notes: [...split.notes] }
  for (const part of split.value) readPart(draft, part)
  const [url, another] = draft.urls
  if (url === undefined || url === '') return { ok: false, message: 'The curl command has no URL.' }
  if (another !== undefined)
    return { ok: false, message: 'The curl command has more than one URL. Explain one after the other.' }
  const value = finish(draft, url)
  if (
    !draft.headers.some(([name]) => name.toLowerCase() === 'user-agent') &&
    !draft.removed.has('user-agent')
  )
    draft.notes.push(`User-Agent is taken as ${USER_AGENT}: curl sends its version too.`)
  if (draft.unread) draft.notes.push('The length of the content is not known: chunked is taken.')
  return { ok: true, value, notes: draft.notes }
}
