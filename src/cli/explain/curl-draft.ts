/**
 * What the options of a curl command say of its request, one after the other.
 * @module
 */
import { toBytes } from '../../lang/value.ts'
import type { CurlMeaning } from './curl-options.ts'
import type { CurlPart } from './split-curl.ts'

export type Header = readonly [name: string, value: string]

/** What curl has been told so far. */
export interface CurlDraft {
  readonly urls: string[]
  readonly headers: Header[]
  /** Names that `-H 'name:'` takes away. */
  readonly removed: Set<string>
  readonly data: string[]
  readonly notes: string[]
  method?: string
  http?: string
  /** There is content whose size is not known. */
  unread?: true
  json?: true
  form?: true
  upload?: true
  head?: true
  get?: true
  compressed?: true
  asIs?: true
}

function readHeader(draft: CurlDraft, value: string): void {
  if (value.startsWith('@')) {
    draft.notes.push(`The header fields in ${value.slice(1)} are not read: give them with -H.`)
    return
  }
  const match = /^([^:;]+)([:;])(.*)$/s.exec(value)
  if (!match) {
    draft.notes.push('A -H without a colon was left out, as curl leaves it out.')
    return
  }
  const [, name = '', sign, rest = ''] = match
  const text = rest.trim()
  // `-H 'name;'` sends an empty field, `-H 'name:'` takes one away that curl would send itself.
  if (text === '' && sign === ':') draft.removed.add(name.trim().toLowerCase())
  else draft.headers.push([name.trim(), toBytes(text)])
}

function readData(draft: CurlDraft, value: string, isEncoded: boolean): void {
  const file = isEncoded ? /^[^=@]*@/.test(value) : value.startsWith('@')
  if (file) {
    draft.unread = true
    draft.notes.push(`The file of ${value} is not read: the length of the content is not known.`)
    return
  }
  if (!isEncoded) {
    draft.data.push(value)
    return
  }
  const at = value.indexOf('=')
  const [name, text] = at === -1 ? ['', value] : [value.slice(0, at), value.slice(at + 1)]
  draft.data.push((name === '' ? '' : `${name}=`) + encodeURIComponent(text))
}

function readCookie(draft: CurlDraft, value: string): void {
  if (value.includes('=')) draft.headers.push(['cookie', toBytes(value)])
  else draft.notes.push(`The cookies in the file ${value} are not read: give them as -b 'name=value'.`)
}

const setFlag =
  (flag: 'head' | 'get' | 'compressed' | 'asIs') =>
  (draft: CurlDraft): void => {
    draft[flag] = true
  }

const setVersion =
  (version: string) =>
  (draft: CurlDraft): void => {
    draft.http = version
  }

const addField =
  (name: string, format: (value: string) => string = (value) => value) =>
  (draft: CurlDraft, value: string): void => {
    draft.headers.push([name, toBytes(format(value))])
  }

const READERS: Readonly<Record<CurlMeaning, (draft: CurlDraft, value: string) => void>> = {
  method: (draft, value) => {
    draft.method = value
  },
  header: readHeader,
  'user-agent': (draft, value) => {
    // An empty one takes the field away.
    if (value === '') draft.removed.add('user-agent')
    else draft.headers.push(['user-agent', toBytes(value)])
  },
  cookie: readCookie,
  referer: addField('referer', (value) => value.replace(/;auto$/, '')),
  user: addField('authorization', (value) => `Basic ${Buffer.from(value).toString('base64')}`),
  bearer: addField('authorization', (value) => `Bearer ${value}`),
  range: addField('range', (value) => `bytes=${value}`),
  data: (draft, value) => readData(draft, value, false),
  'data-raw': (draft, value) => {
    draft.data.push(value)
  },
  'data-urlencode': (draft, value) => readData(draft, value, true),
  json: (draft, value) => {
    draft.json = true
    readData(draft, value, false)
  },
  form: (draft) => {
    draft.form = true
    draft.unread = true
  },
  upload: (draft) => {
    draft.upload = true
    draft.unread = true
  },
  url: (draft, value) => {
    draft.urls.push(value)
  },
  head: setFlag('head'),
  get: setFlag('get'),
  compressed: setFlag('compressed'),
  'path-as-is': setFlag('asIs'),
  'http1.0': setVersion('HTTP/1.0'),
  'http1.1': setVersion('HTTP/1.1'),
  http2: setVersion('HTTP/2'),
  http3: setVersion('HTTP/3'),
  redirects: ({ notes }) => {
    notes.push('Redirects are not followed: this is the first request only.')
  },
  ignored: () => {},
}

/** Adds what one option or URL says. */
export function readPart(draft: CurlDraft, { meaning, value }: CurlPart): void {
  READERS[meaning](draft, value)
}
