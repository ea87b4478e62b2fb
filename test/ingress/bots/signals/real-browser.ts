/**
 * What browsers of people send with a navigation, by what their makers document and what is seen of them: kinds that
 * generators of header sets lack. Nothing was copied; versions are of 2023 to 2026.
 */
import type { ClientFacts } from '../../../../src/http/facts.ts'
import type { FactsChange } from '../../../http/facts.ts'

export interface RealBrowser {
  readonly name: string
  readonly change: FactsChange
}

export type Fields = Readonly<Record<string, string>>

export const HTML = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
const CHROMIUM_HTML =
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7'
export const LANGUAGE: Fields = { 'accept-language': 'en-GB,en;q=0.9' }
const FETCH: Fields = {
  'sec-fetch-site': 'none',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  'sec-fetch-user': '?1',
}
const EDGE = { clientAcceptEncoding: 'gzip, deflate, br, zstd' }
const CLIENT: Partial<ClientFacts> = { protocol: 'HTTP/2', tls: 'TLSv1.3', edge: EDGE }

export function person(name: string, fields: Fields, client: Partial<ClientFacts> = {}): RealBrowser {
  return { name, change: { headers: Object.entries(fields), client: { ...CLIENT, ...client } } }
}

interface Chromium {
  /** In parentheses. */
  readonly system: string
  /** From `Chrome/` on. */
  readonly products: string
  /** Version of Chromium; absent: it sends no client hints. */
  readonly version?: number
  readonly brand?: string
  readonly mobile?: boolean
  readonly platform?: string
}

export function chromium(
  name: string,
  of: Chromium,
  more: Fields = {},
  client?: Partial<ClientFacts>,
): RealBrowser {
  const { system, products, version, brand = 'Google Chrome', mobile = false, platform = 'Windows' } = of
  const hints: Fields =
    version === undefined
      ? {}
      : {
          'sec-ch-ua': `"Chromium";v="${version}", "${brand}";v="${version}", "Not_A Brand";v="99"`,
          'sec-ch-ua-mobile': mobile ? '?1' : '?0',
          'sec-ch-ua-platform': `"${platform}"`,
        }
  const agent = `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) ${products}`
  return person(
    name,
    {
      ...hints,
      'upgrade-insecure-requests': '1',
      'user-agent': agent,
      accept: CHROMIUM_HTML,
      ...FETCH,
      ...LANGUAGE,
      ...more,
    },
    client,
  )
}

export function gecko(
  name: string,
  system: string,
  products: string,
  more: Fields = {},
  client?: Partial<ClientFacts>,
) {
  const agent = `Mozilla/5.0 (${system}) Gecko/${products}`
  return person(
    name,
    { 'user-agent': agent, accept: HTML, ...LANGUAGE, 'upgrade-insecure-requests': '1', ...FETCH, ...more },
    client,
  )
}

/** `sec-fetch-user` is not sent by Safari; before 16.4 none of them was. */
export function webkit(
  name: string,
  system: string,
  products: string,
  options: { old?: true } & { more?: Fields } = {},
) {
  const { 'sec-fetch-user': _, ...fetch } = FETCH
  const agent = `Mozilla/5.0 (${system}) AppleWebKit/605.1.15 (KHTML, like Gecko) ${products}`
  return person(name, {
    ...(options.old ? {} : fetch),
    'user-agent': agent,
    accept: HTML,
    ...LANGUAGE,
    ...options.more,
  })
}

export const WINDOWS = 'Windows NT 10.0; Win64; x64'
export const MAC = 'Macintosh; Intel Mac OS X 10_15_7'
export const LINUX = 'X11; Linux x86_64'
export const ANDROID = 'Linux; Android 10; K'
export const PHONE = { system: ANDROID, mobile: true, platform: 'Android' } as const
export const IPHONE = 'iPhone; CPU iPhone OS 18_5 like Mac OS X'
export const IPAD_15 = 'iPad; CPU OS 15_8 like Mac OS X'
/** Android's own view for pages within apps. */
export const view = (app: string, version = 138): Fields => ({
  'x-requested-with': app,
  'sec-ch-ua': `"Android WebView";v="${version}", "Chromium";v="${version}", "Not_A Brand";v="99"`,
})
export const wv = (model: string): string => `Linux; Android 14; ${model} Build/UP1A.231005.007; wv`
export const CHROME = 'Chrome/138.0.0.0 Safari/537.36'
