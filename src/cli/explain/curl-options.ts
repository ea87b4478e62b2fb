/**
 * The options of curl that say something of the request, and those that do not.
 * @module
 */

/** What an option means here. */
export type CurlMeaning =
  | 'method'
  | 'header'
  | 'user-agent'
  | 'cookie'
  | 'referer'
  | 'user'
  | 'bearer'
  | 'data'
  | 'data-raw'
  | 'data-urlencode'
  | 'json'
  | 'form'
  | 'upload'
  | 'range'
  | 'url'
  | 'head'
  | 'get'
  | 'compressed'
  | 'path-as-is'
  | 'http1.0'
  | 'http1.1'
  | 'http2'
  | 'http3'
  | 'redirects'
  /** Changes how curl connects or prints, not what it asks for. */
  | 'ignored'

export interface CurlOption {
  readonly meaning: CurlMeaning
  readonly takesValue: boolean
}

const WITH_VALUE: readonly (readonly [meaning: CurlMeaning, names: string])[] = [
  ['method', 'X request'],
  ['header', 'H header'],
  ['user-agent', 'A user-agent'],
  ['cookie', 'b cookie'],
  ['referer', 'e referer'],
  ['user', 'u user'],
  ['bearer', 'oauth2-bearer'],
  ['data', 'd data data-ascii data-binary'],
  ['data-raw', 'data-raw'],
  ['data-urlencode', 'data-urlencode'],
  ['json', 'json'],
  ['form', 'F form form-string'],
  ['upload', 'T upload-file'],
  ['range', 'r range'],
  ['url', 'url'],
  [
    'ignored',
    'o output m max-time w write-out x proxy E cert c cookie-jar D dump-header connect-timeout retry retry-delay ' +
      'retry-max-time resolve connect-to cacert capath key ciphers interface limit-rate max-redirs ' +
      'keepalive-time max-filesize tls-max trace trace-ascii stderr',
  ],
]

const WITHOUT_VALUE: readonly (readonly [meaning: CurlMeaning, names: string])[] = [
  ['head', 'I head'],
  ['get', 'G get'],
  ['compressed', 'compressed'],
  ['path-as-is', 'path-as-is'],
  ['http1.0', '0 http1.0'],
  ['http1.1', 'http1.1'],
  ['http2', 'http2 http2-prior-knowledge'],
  ['http3', 'http3 http3-only'],
  ['redirects', 'L location location-trusted'],
  [
    'ignored',
    'k insecure s silent S show-error v verbose i include show-headers f fail fail-with-body fail-early g globoff ' +
      'N no-buffer O remote-name J remote-header-name # progress-bar no-progress-meter q disable 4 ipv4 6 ipv6 ' +
      '1 tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 tcp-nodelay no-keepalive ssl-reqd basic',
  ],
]

function toEntries(
  rows: readonly (readonly [meaning: CurlMeaning, names: string])[],
  takesValue: boolean,
): readonly (readonly [string, CurlOption])[] {
  return rows.flatMap(([meaning, names]) =>
    names.split(' ').map((name) => [name, { meaning, takesValue }] as const),
  )
}

/** By name without dashes; names of one character are the short ones. */
export const CURL_OPTIONS: ReadonlyMap<string, CurlOption> = new Map([
  ...toEntries(WITH_VALUE, true),
  ...toEntries(WITHOUT_VALUE, false),
])
