/** Requests of many kinds, with the fields that browsers and programs send, and what each can be answered with. */
import type { RequestKind } from '../../../src/ingress/challenge/request-kind.ts'
import type { FactsChange } from '../../http/facts.ts'

type Fields = readonly (readonly [name: string, value: string])[]

export interface KnownRequest {
  readonly name: string
  readonly change: FactsChange
  readonly kind: RequestKind
}

const HTML = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
const URLENCODED: Fields = [['content-type', 'application/x-www-form-urlencoded']]

/** `Sec-Fetch-*` as a browser sends them. */
function fetched(mode: string, dest: string, more: Fields = [], accept = '*/*'): Fields {
  return [['sec-fetch-mode', mode], ['sec-fetch-dest', dest], ['accept', accept], ...more]
}

function navigation(dest: string, more: Fields = []): Fields {
  return fetched('navigate', dest, [['upgrade-insecure-requests', '1'], ...more], HTML)
}

/** A browser without `Sec-Fetch-*`. */
function older(accept: string, more: Fields = []): Fields {
  return [['accept', accept], ['user-agent', 'Mozilla/5.0 (Macintosh) Version/15.6 Safari/605.1.15'], ...more]
}

const get = (name: string, kind: RequestKind, headers: Fields): KnownRequest => ({
  name,
  kind,
  change: { headers },
})
const send = (name: string, kind: RequestKind, method: string, headers: Fields): KnownRequest => ({
  name,
  kind,
  change: { method, headers, hasBody: method === 'POST' },
})

export const REQUEST_KINDS: readonly KnownRequest[] = [
  get('a navigation', 'page', navigation('document')),
  send('a navigation with HEAD', 'page', 'HEAD', navigation('document')),
  get('a navigation of an early Chrome, without a destination', 'page', [['sec-fetch-mode', 'navigate']]),
  get('a navigation that a service worker passes on', 'page', navigation('empty')),
  get('a navigation of an iframe', 'page', navigation('iframe')),
  get('a navigation of a frame', 'page', navigation('frame')),
  send('a form', 'page', 'POST', navigation('document', URLENCODED)),
  send(
    'a form with a file',
    'page',
    'POST',
    navigation('document', [['content-type', 'multipart/form-data; boundary=x']]),
  ),
  get('a navigation of an older browser', 'page', older(HTML)),
  get('a navigation of a text browser', 'page', [['accept', 'text/html, text/plain, */*;q=0.01']]),
  send(
    'a form of an older browser',
    'page',
    'POST',
    older(HTML, [...URLENCODED, ['upgrade-insecure-requests', '1']]),
  ),
  get(
    'a navigation of an older web view, with the name of its app',
    'page',
    older(HTML, [['x-requested-with', 'com.example.app']]),
  ),
  get('fetch', 'call', fetched('cors', 'empty')),
  get('fetch that asks for HTML', 'call', fetched('cors', 'empty', [], 'text/html')),
  get('fetch with no-cors', 'call', fetched('no-cors', 'empty')),
  send(
    'fetch that posts JSON',
    'call',
    'POST',
    fetched('cors', 'empty', [['content-type', 'application/json']]),
  ),
  get('XMLHttpRequest', 'call', fetched('cors', 'empty', [['x-requested-with', 'XMLHttpRequest']])),
  get(
    'XMLHttpRequest of an older browser',
    'call',
    older('text/html, */*; q=0.01', [['x-requested-with', 'XMLHttpRequest']]),
  ),
  get('an image', 'call', fetched('no-cors', 'image', [], 'image/avif,image/webp,*/*')),
  get('a style sheet', 'call', fetched('no-cors', 'style', [], 'text/css,*/*;q=0.1')),
  get('a script', 'call', fetched('no-cors', 'script')),
  get('a module', 'call', fetched('cors', 'script')),
  get('a font', 'call', fetched('cors', 'font')),
  get('a video, in ranges', 'call', fetched('no-cors', 'video', [['range', 'bytes=0-']])),
  get('a download that is resumed', 'call', navigation('document', [['range', 'bytes=1000-']])),
  get('an <object>', 'call', navigation('object')),
  get('an <embed>', 'call', navigation('embed')),
  get('an EventSource', 'call', fetched('cors', 'empty', [], 'text/event-stream')),
  send(
    'a beacon',
    'call',
    'POST',
    fetched('no-cors', 'empty', [['content-type', 'text/plain;charset=UTF-8']]),
  ),
  get('a worker', 'call', fetched('same-origin', 'worker')),
  get('a service worker', 'call', fetched('same-origin', 'serviceworker', [['service-worker', 'script']])),
  get('a manifest', 'call', fetched('cors', 'manifest')),
  send('a report', 'call', 'POST', fetched('no-cors', 'report')),
  get('a WebSocket', 'call', fetched('websocket', 'websocket', [['upgrade', 'websocket']])),
  get('a WebSocket of an older browser', 'call', older(HTML, [['upgrade', 'websocket']])),
  send(
    'a preflight',
    'call',
    'OPTIONS',
    fetched('cors', 'empty', [['access-control-request-method', 'PUT']]),
  ),
  send('PUT', 'call', 'PUT', navigation('document')),
  send('DELETE', 'call', 'DELETE', older(HTML)),
  get('HTMX', 'call', fetched('cors', 'empty', [['hx-request', 'true']])),
  get('HTMX in an older browser', 'call', older(HTML, [['hx-request', 'true']])),
  get('a Turbo frame', 'call', older('text/html, application/xhtml+xml', [['turbo-frame', 'list']])),
  get('a visit of Turbo', 'call', older('text/html, application/xhtml+xml', [['x-turbo-request-id', 'x']])),
  send('a stream of Turbo', 'call', 'POST', older('text/vnd.turbo-stream.html, text/html', URLENCODED)),
  get('pjax', 'call', older(HTML, [['x-pjax', 'true']])),
  send('GraphQL', 'call', 'POST', [
    ['accept', 'application/graphql-response+json, application/json'],
    ['content-type', 'application/json'],
  ]),
  send('a form of a program', 'call', 'POST', [['accept', '*/*'], ...URLENCODED]),
  get('curl', 'call', [
    ['accept', '*/*'],
    ['user-agent', 'curl/8.11.0'],
  ]),
  get('a client of an interface', 'call', [['accept', 'application/json, text/html;q=0.1']]),
  get('a client that says nothing', 'call', []),
  get('a prefetch', 'prefetch', fetched('navigate', 'document', [['sec-purpose', 'prefetch']], HTML)),
  get(
    'a prerender',
    'prefetch',
    fetched('navigate', 'document', [['sec-purpose', 'prefetch;prerender']], HTML),
  ),
  get('a <link rel=prefetch>', 'prefetch', fetched('no-cors', 'empty', [['purpose', 'prefetch']])),
  get('a prefetch of an older Firefox', 'prefetch', older(HTML, [['x-moz', 'prefetch']])),
]
