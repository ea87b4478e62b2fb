/** A site with all that pages are made of. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { WebSocketServer } from 'ws'
import { closeServer, listen } from '../origin/apps.ts'

const PAGE = `<!doctype html><html lang="en"><title>site</title>
<link rel="stylesheet" href="/site.css"><link rel="manifest" href="/site.webmanifest"><link rel="icon" href="/favicon.ico">
<link rel="preload" as="image" href="/ahead.png"><link rel="prefetch" href="/later"><link rel="modulepreload" href="/module.js">
<h1>at home</h1><p style="font-family: site">text</p>
<img src="/picture.png"><picture><source srcset="/other.png"><img src="/picture.png?2"></picture>
<video src="/film.mp4" preload="auto" muted></video><audio src="/sound.mp3" preload="auto"></audio>
<iframe src="/frame" name="frame"></iframe><object data="/object.svg" type="image/svg+xml"></object><embed src="/embed.svg">
<a id="link" href="/second" ping="/ping">on</a> <a id="hop" href="/hop?n=5">hop</a> <a id="saved" href="/saved" download>save</a>
<a id="window" href="/second?window" target="_blank">new</a> <a id="bare" href="/second?bare" referrerpolicy="no-referrer">bare</a>
<form id="search" action="/search"><input name="q" value="ä b"><button>find</button></form>
<form id="post" method="post" action="/post"><input name="a" value="1"><button>post</button></form>
<form id="upload" method="post" enctype="multipart/form-data" action="/post?upload"><input type="file" name="f"><button>up</button></form>
<link rel="preconnect" href="/"><link rel="stylesheet" href="/imports.css"><svg><use href="/sprite.svg#x"/></svg>
<video muted><track default kind="captions" src="/captions.vtt"></video><img crossorigin src="/picture.png?cors">
<script type="speculationrules">{"prefetch":[{"urls":["/fetched-ahead"]}],"prerender":[{"urls":["/drawn-ahead"]}]}</script>
<script src="/site.js"></script><script type="module" src="/module.js"></script>`

/** Each page breaks this policy, and the browser reports it. */
const REPORTED: Readonly<Record<string, string>> = {
  'content-security-policy-report-only': "img-src 'none'; report-uri /csp",
}
const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css',
  js: 'text/javascript',
  png: 'image/png',
  vtt: 'text/vtt',
  svg: 'image/svg+xml',
  mp4: 'video/mp4',
  mp3: 'audio/mpeg',
  woff2: 'font/woff2',
  webmanifest: 'application/manifest+json',
  ico: 'image/x-icon',
}
const TEXTS: Readonly<Record<string, string>> = {
  '/site.css': '@font-face { font-family: site; src: url(/font.woff2) } body { background: url(/back.png) }',
  '/imports.css': "@import '/imported.css'",
  '/site.webmanifest': '{"name":"site","start_url":"/","icons":[{"src":"/icon.png","sizes":"192x192"}]}',
  '/service.js':
    'onactivate = (e) => e.waitUntil(clients.claim()); onfetch = (e) => e.respondWith(fetch(e.request))',
  '/worker.js': "importScripts('/imported.js'); fetch('/from-worker').then((r) => postMessage(r.status))",
  '/module.js': "import '/nested.js'",
  '/object.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  '/embed.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
}

/** What a page does by itself, each until its answer is there. */
export const DEEDS: Readonly<Record<string, string>> = {
  get: "fetch('/api').then((r) => r.status)",
  json: "fetch('/api', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).then((r) => r.status)",
  put: "fetch('/api', { method: 'PUT', body: 'x' }).then((r) => r.status)",
  remove: "fetch('/api', { method: 'DELETE' }).then((r) => r.status)",
  head: "fetch('/api', { method: 'HEAD', cache: 'no-store' }).then((r) => r.status)",
  simple: "fetch('/api', { mode: 'no-cors', referrerPolicy: 'no-referrer' }).then((r) => r.status)",
  range: "fetch('/film.mp4', { headers: { range: 'bytes=0-9' } }).then((r) => r.status && 200)",
  kept: "fetch('/api', { keepalive: true, method: 'POST', body: 'x' }).then((r) => r.status)",
  xhr: "new Promise((ok) => { const x = new XMLHttpRequest(); x.open('POST', '/api'); x.onloadend = () => ok(x.status); x.send('x') })",
  beacon: "Promise.resolve(navigator.sendBeacon('/beacon', 'x') ? 200 : 0)",
  events:
    "new Promise((ok) => { const s = new EventSource('/events'); s.onmessage = () => { s.close(); ok(200) }; s.onerror = () => ok(0) })",
  socket:
    "new Promise((ok) => { const s = new WebSocket('/socket'); s.onopen = () => { s.close(); ok(200) }; s.onerror = () => ok(0) })",
  worker:
    "new Promise((ok) => { const w = new Worker('/worker.js'); w.onmessage = ({ data }) => ok(data); w.onerror = () => ok(0) })",
  shared:
    "new Promise((ok) => { const w = new SharedWorker('/shared.js'); w.onerror = () => ok(0); setTimeout(() => ok(200), 300) })",
  service:
    "navigator.serviceWorker.register('/service.js').then(() => navigator.serviceWorker.ready).then(() => 200)",
  served: "fetch('/api?served').then((r) => r.status)",
  audio:
    "new Promise((ok) => { const c = new OfflineAudioContext(1, 1, 44100); c.audioWorklet.addModule('/audio.js').then(() => ok(200), () => ok(0)) })",
  accepted: "fetch('/api', { headers: { accept: 'application/json', 'x-own': '1' } }).then((r) => r.status)",
  waited:
    "(() => { const x = new XMLHttpRequest(); x.open('GET', '/api', false); x.send(); return Promise.resolve(x.status) })()",
  imported: "import('/late.js').then(() => 200, () => 0)",
}

/** What pages do where no cookie goes along. */
export const DEEDS_WITHOUT_COOKIES: Readonly<Record<string, string>> = {
  omitted: "fetch('/api', { credentials: 'omit' }).then((r) => r.status)",
  elsewhere: "fetch(location.origin.replace('localhost', '127.0.0.1') + '/api').then((r) => r.status)",
  preflighted:
    "fetch(location.origin.replace('localhost', '127.0.0.1') + '/api', { method: 'PUT', headers: { 'x-own': '1' }, body: 'x' }).then((r) => r.status)",
}

function respond(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site.example')
  if (pathname === '/hop') {
    const left = Number(searchParams.get('n'))
    response.writeHead(302, { location: left > 0 ? `/hop?n=${left - 1}` : '/second?hopped' }).end()
    return
  }
  if (pathname === '/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: x\n\n')
    return
  }
  const type = TYPES[pathname.split('.')[1] ?? '']
  const isHome = pathname === '/'
  const text =
    TEXTS[pathname] ?? (isHome ? PAGE : type ? '' : `<!doctype html><h1>at ${pathname.slice(1)}</h1>`)
  response.writeHead(request.headers.range && !isHome ? 206 : 200, {
    'content-type': type ?? 'text/html; charset=utf-8',
    'cache-control': isHome ? 'private' : 'no-cache',
    ...(request.headers.range ? { 'content-range': `bytes 0-${text.length - 1}/${text.length}` } : {}),
    'access-control-allow-origin': '*',
    'access-control-allow-headers': '*',
    'access-control-allow-methods': '*',
    ...(isHome ? REPORTED : {}),
    ...(pathname === '/saved' ? { 'content-disposition': 'attachment; filename=saved.txt' } : {}),
  })
  response.end(text)
}

export interface PeopleSite {
  readonly url: string
  /** What has arrived, as `METHOD target`. */
  readonly arrived: string[]
  /** The contents of POST requests. */
  readonly bodies: string[]
  close(): Promise<void>
}

export async function openPeopleSite(): Promise<PeopleSite> {
  const arrived: string[] = []
  const bodies: string[] = []
  const server = createServer((request, response) => {
    arrived.push(`${request.method} ${request.url}`)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.method === 'POST') bodies.push(Buffer.concat(chunks).toString())
      respond(request, response)
    })
  })
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (_, request) => arrived.push(`${request.method} ${request.url}`))
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}`,
    arrived,
    bodies,
    async close() {
      sockets.close()
      await closeServer(server)
    },
  }
}
