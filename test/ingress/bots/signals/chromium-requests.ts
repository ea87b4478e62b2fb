/**
 * One request of each kind that Chromium 156 makes, as captured on this project's own pages: what differs between them.
 * Captured on http://localhost, which is a trustworthy origin, so that nothing of it is missing.
 */
import type { FactsChange } from '../../../http/facts.ts'

const AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'

/** Target, method, Sec-Fetch-Site, -Mode, -Dest and -User, other fields, what else is special. */
type Kind = readonly [
  target: string,
  method: string,
  metadata: string,
  fields: Readonly<Record<string, string>>,
  special: string,
]

const KINDS: readonly Kind[] = [
  [
    '/',
    'GET',
    'none navigate document ?1',
    { accept: 'text/html,*/*;q=0.8', 'upgrade-insecure-requests': '1' },
    '',
  ],
  [
    '/csp-report',
    'POST',
    'same-origin no-cors report -',
    { accept: '*/*', 'content-type': 'application/csp-report' },
    'origin',
  ],
  ['/favicon.ico', 'GET', 'same-origin no-cors image -', { accept: 'image/jxl,*/*;q=0.8' }, ''],
  [
    '/frame',
    'GET',
    'same-origin navigate iframe ?1',
    { accept: 'text/html,*/*;q=0.8', 'upgrade-insecure-requests': '1' },
    '',
  ],
  ['/s.css', 'GET', 'same-origin no-cors style -', { accept: 'text/css,*/*;q=0.8' }, ''],
  ['/module.js', 'GET', 'same-origin cors script -', { accept: '*/*' }, 'origin'],
  ['/prefetch2', 'GET', 'same-origin cors empty -', { accept: '*/*' }, 'origin'],
  ['/f9', 'GET', 'same-origin cors empty -', { accept: '*/*' }, ''],
  ['/ws', 'GET', '- - - -', { upgrade: 'websocket' }, 'no hints, origin'],
  [
    '/f4',
    'OPTIONS',
    'cross-site cors empty -',
    { accept: '*/*', 'access-control-request-method': 'PUT' },
    'no hints, origin',
  ],
  [
    '/f5',
    'POST',
    'cross-site no-cors empty -',
    { accept: '*/*', 'content-type': 'text/plain;charset=UTF-8' },
    'origin',
  ],
  ['/f8', 'POST', 'same-origin cors empty -', { accept: '*/*' }, 'origin'],
  [
    '/f3',
    'PUT',
    'same-origin cors empty -',
    { accept: '*/*', 'content-type': 'text/plain;charset=UTF-8' },
    'origin',
  ],
  ['/f7', 'DELETE', 'same-origin cors empty -', { accept: '*/*' }, 'origin'],
  ['/f10', 'HEAD', 'same-origin cors empty -', { accept: '*/*' }, ''],
  ['/worker.js', 'GET', 'same-origin same-origin worker -', { accept: '*/*' }, 'no hints'],
  ['/f11', 'GET', 'same-origin cors empty -', { accept: 'application/json' }, ''],
  ['/f4', 'PUT', 'cross-site cors empty -', { accept: '*/*' }, 'origin'],
  ['/f6', 'GET', 'same-origin cors empty -', { accept: '*/*', range: 'bytes=0-10' }, 'identity'],
  ['/js.js', 'GET', 'same-origin no-cors script -', { accept: '*/*' }, ''],
  ['/shared.js', 'GET', 'same-origin same-origin sharedworker -', { accept: '*/*' }, 'no hints'],
  [
    '/prefetched',
    'GET',
    'same-origin no-cors empty -',
    { accept: 'text/html,*/*;q=0.8', 'sec-purpose': 'prefetch' },
    '',
  ],
  [
    '/beacon',
    'POST',
    'same-origin no-cors empty -',
    { accept: '*/*', 'content-type': 'text/plain;charset=UTF-8' },
    'origin',
  ],
  ['/json.json', 'GET', 'same-origin cors json -', { accept: 'application/json,*/*;q=0.8' }, 'origin'],
  ['/sw.js', 'GET', 'same-origin same-origin serviceworker -', { accept: '*/*' }, 'no hints'],
  [
    '/nav-spec-prefetch',
    'GET',
    'none navigate document -',
    { accept: 'text/html,*/*;q=0.8', 'sec-purpose': 'prefetch', 'upgrade-insecure-requests': '1' },
    '',
  ],
  [
    '/nav-spec-prerender',
    'GET',
    'none navigate document -',
    { accept: 'text/html,*/*;q=0.8', 'sec-purpose': 'prefetch;prerender', 'upgrade-insecure-requests': '1' },
    '',
  ],
  ['/font.woff2', 'GET', 'same-origin cors font -', { accept: '*/*' }, 'origin'],
  ['/t.vtt', 'GET', 'same-origin same-origin track -', { accept: '*/*' }, ''],
  ['/es', 'GET', 'same-origin cors empty -', { accept: 'text/event-stream' }, ''],
  ['/v.mp4', 'GET', 'same-origin no-cors video -', { accept: '*/*', range: 'bytes=0-' }, 'identity'],
  ['/a.mp3', 'GET', 'same-origin no-cors audio -', { accept: '*/*', range: 'bytes=0-' }, 'identity'],
  ['/worklet.js', 'GET', 'same-origin cors audioworklet -', { accept: '*/*' }, 'no hints, origin'],
  [
    '/obj.html',
    'GET',
    'same-origin navigate object ?1',
    { accept: 'text/html,*/*;q=0.8', 'upgrade-insecure-requests': '1' },
    '',
  ],
  [
    '/emb.html',
    'GET',
    'same-origin navigate embed ?1',
    { accept: 'text/html,*/*;q=0.8', 'upgrade-insecure-requests': '1' },
    '',
  ],
  ['/sw-own', 'GET', 'same-origin cors empty -', { accept: '*/*' }, 'no hints'],
  ['/download.bin', 'GET', 'same-origin navigate empty -', {}, 'no hints'],
  [
    '/attach.bin',
    'GET',
    'same-origin navigate document ?1',
    { accept: 'text/html,*/*;q=0.8', 'upgrade-insecure-requests': '1' },
    '',
  ],
  ['/ping', 'POST', 'same-origin no-cors empty -', { accept: '*/*', 'content-type': 'text/ping' }, 'origin'],
  [
    '/form',
    'POST',
    'same-origin navigate document ?1',
    {
      accept: 'text/html,*/*;q=0.8',
      'content-type': 'application/x-www-form-urlencoded',
      'upgrade-insecure-requests': '1',
    },
    'origin',
  ],
  [
    '/nav-cross',
    'GET',
    'cross-site navigate document ?1',
    { accept: 'text/html,*/*;q=0.8', 'upgrade-insecure-requests': '1' },
    '',
  ],
  [
    '/form',
    'POST',
    'cross-site navigate document ?1',
    {
      accept: 'text/html,*/*;q=0.8',
      'content-type': 'application/x-www-form-urlencoded',
      'upgrade-insecure-requests': '1',
    },
    'origin',
  ],
]

const HINTS: readonly (readonly [string, string])[] = [
  ['sec-ch-ua', '"Not:A-Brand";v="8", "Chromium";v="156"'],
  ['sec-ch-ua-mobile', '?0'],
  ['sec-ch-ua-platform', '"Linux"'],
]

function toRequest([target, method, metadata, fields, special]: Kind): FactsChange {
  const values = metadata.split(' ')
  const names = ['sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest', 'sec-fetch-user']
  const fetch = names.flatMap((name, i): [string, string][] => {
    const value = values[i] ?? '-'
    return value === '-' ? [] : [[name, value]]
  })
  return {
    method,
    target,
    headers: [
      ['user-agent', AGENT],
      ['accept-language', 'en-US,en;q=0.9'],
      ...(special.includes('no hints') ? [] : HINTS),
      ...(special.includes('origin') ? [['origin', 'https://app.example'] as const] : []),
      ...fetch,
      ...Object.entries(fields),
    ],
    client: {
      protocol: fields.upgrade === undefined ? 'HTTP/2' : 'HTTP/1.1',
      tls: 'TLSv1.3',
      edge: { clientAcceptEncoding: special.includes('identity') ? 'identity' : 'gzip, deflate, br, zstd' },
    },
  }
}

export const CHROMIUM_REQUESTS: readonly FactsChange[] = KINDS.map(toRequest)
