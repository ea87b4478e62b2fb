/**
 * Requests of several kinds, many of each so that no engine remembers one, and the scoring of them.
 * @module
 */
import type { RequestFacts } from '../../src/http/facts.ts'
import { scanHeaders } from '../../src/http/headers.ts'
import { readHost } from '../../src/http/host.ts'
import { readTarget } from '../../src/http/target.ts'
import type { Checked, ScoreContext } from '../../src/ingress/bots/signals/evidence.ts'
import { createScore } from '../../src/ingress/bots/signals/score.ts'
import { parseAddress } from '../../src/net/address.ts'
import type { FactsChange } from '../http/facts.ts'
import {
  CHROME_AGENT,
  chrome,
  FIREFOX_AGENT,
  firefox,
  NO_FETCH,
  NO_HINTS,
  without,
} from '../ingress/bots/signals/browser.ts'
import { MODEL } from '../ingress/bots/signals/model-fixture.ts'

const NOBODY: Checked = { declared: false }
const STRANGER: ScoreContext = { cleared: () => false, mazeVisits: () => 0 }
const COUNT = 256

const subresource = {
  ...without('upgrade-insecure-requests', 'sec-fetch-user'),
  accept: 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'no-cors',
  'sec-fetch-dest': 'image',
  referer: 'https://app.example/page',
}
const LIBRARY = {
  ...NO_HINTS,
  ...NO_FETCH,
  ...without('accept-language', 'upgrade-insecure-requests'),
  accept: '*/*',
}
const hostile = (shape: string) => ({
  'user-agent': CHROME_AGENT,
  ...Object.fromEntries(
    [
      'accept',
      'accept-language',
      'sec-ch-ua',
      'sec-ch-ua-platform',
      'sec-fetch-mode',
      'sec-fetch-dest',
      'referer',
    ].map((name) => [name, shape]),
  ),
})

/** What is raced. The version makes each request another one. */
export const KINDS: Readonly<Record<string, (version: string) => FactsChange>> = {
  'Chrome: a navigation': (version) =>
    chrome({
      fields: {
        'user-agent': CHROME_AGENT.replace('148', version),
        'sec-ch-ua': `"Chromium";v="${version}", "Google Chrome";v="${version}", "Not/A)Brand";v="99"`,
      },
    }),
  'Chrome: a subresource': (version) =>
    chrome({
      fields: {
        ...subresource,
        'user-agent': CHROME_AGENT.replace('148', version),
        'sec-ch-ua': `"Chromium";v="${version}", "Google Chrome";v="${version}", "Not/A)Brand";v="99"`,
      },
    }),
  'Firefox: a navigation': (version) =>
    firefox({ fields: { 'user-agent': FIREFOX_AGENT.replaceAll('150', version) } }),
  'a library as Chrome': (version) =>
    chrome({
      fields: { ...LIBRARY, 'user-agent': CHROME_AGENT.replace('148', version) },
      client: { asn: 16_509 },
    }),
  'a library as itself': (version) =>
    chrome({ fields: { ...LIBRARY, 'user-agent': `python-requests/2.${version}` } }),
  'hostile: 16 KB of quotes in each field': (version) =>
    chrome({ fields: hostile(`"${version}`.repeat(4096)) }),
  'hostile: 16 KB of brands in each field': (version) =>
    chrome({ fields: hostile(`"a";v="${version}",`.repeat(1260)) }),
  'hostile: a User-Agent of 16 KB': (version) =>
    chrome({ fields: { 'user-agent': `Mozilla/5.0 (Windows) AppleWebKit/${version} Chrome/`.repeat(340) } }),
}

/** As workerd hands them over: the header table is the runtime's. */
export function toFacts({ method = 'GET', headers = [], client }: FactsChange): RequestFacts {
  return {
    method,
    scheme: 'https',
    host: readHost('app.example', 'https'),
    target: readTarget('/page'),
    rawTarget: '/page',
    headers: scanHeaders(new Headers(headers.map(([name, value]): [string, string] => [name, value]))),
    client: { address: parseAddress('192.0.2.1'), asn: 3320, ...client },
    hasBody: false,
  }
}

const score = createScore(MODEL)
const pools = new Map<string, readonly RequestFacts[]>()

/** Scores so many requests of a kind; the sum keeps the work from being left out. */
export function scoreMany(kind: string, times: number): number {
  let pool = pools.get(kind)
  if (pool === undefined) {
    const make = KINDS[kind]
    pool = make === undefined ? [] : Array.from({ length: COUNT }, (_, i) => toFacts(make(String(120 + i))))
    pools.set(kind, pool)
  }
  let sum = 0
  for (let i = 0; i < times; i++) {
    const facts = pool[i % COUNT]
    if (facts !== undefined) sum += score.of(facts, NOBODY, STRANGER).score
  }
  return sum
}
