/** A page's navigation by Chrome, Firefox or Safari, with fields changed or, where `undefined`, left out. */
import type { ClientFacts } from '../../../../src/http/facts.ts'
import type { FactsChange } from '../../../http/facts.ts'

export type Fields = Readonly<Record<string, string | undefined>>

export const CHROME_AGENT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36'
export const FIREFOX_AGENT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0'
export const SAFARI_AGENT =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15'

const NAVIGATION: Fields = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'accept-language': 'de-DE,de;q=0.9,en;q=0.7',
  'upgrade-insecure-requests': '1',
  'sec-fetch-site': 'none',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  'sec-fetch-user': '?1',
}

const CHROME: Fields = {
  ...NAVIGATION,
  'user-agent': CHROME_AGENT,
  'sec-ch-ua': '"Chromium";v="148", "Google Chrome";v="148", "Not/A)Brand";v="99"',
  'sec-ch-ua-mobile': '?0',
  'sec-ch-ua-platform': '"Windows"',
}

export interface BrowserChange extends Omit<FactsChange, 'headers'> {
  readonly fields?: Fields
}

const CLIENT: Partial<ClientFacts> = {
  protocol: 'HTTP/2',
  tls: 'TLSv1.3',
  edge: { clientAcceptEncoding: 'gzip, deflate, br, zstd' },
}

function browser(usual: Fields, { fields = {}, client = {}, ...change }: BrowserChange): FactsChange {
  const headers = Object.entries({ ...usual, ...fields }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return { ...change, headers, client: { ...CLIENT, ...client } }
}

export const chrome = (change: BrowserChange = {}): FactsChange => browser(CHROME, change)
export const firefox = (change: BrowserChange = {}): FactsChange =>
  browser({ ...NAVIGATION, 'user-agent': FIREFOX_AGENT }, change)
export const safari = (change: BrowserChange = {}): FactsChange =>
  browser({ ...NAVIGATION, 'user-agent': SAFARI_AGENT }, change)

/** Leaves these out. */
export const without = (...names: readonly string[]): Fields =>
  Object.fromEntries(names.map((name) => [name, undefined]))

export const NO_HINTS: Fields = without('sec-ch-ua', 'sec-ch-ua-mobile', 'sec-ch-ua-platform')
export const NO_FETCH: Fields = without(
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-fetch-dest',
  'sec-fetch-user',
)
