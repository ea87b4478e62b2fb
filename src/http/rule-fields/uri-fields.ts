/**
 * Fields of the target and the connection. `http.request.uri*` is the one canonical reading that is matched,
 * signed and forwarded; `raw.*` is the target as it came.
 * @module
 */
import { toBytes } from '../../lang/value.ts'
import type { RequestFacts } from '../facts.ts'
import { mapArguments, readArguments } from './arguments.ts'
import type { FieldEntry } from './field-entry.ts'
import { readExtension } from './path-extension.ts'

export const URI_FIELDS: readonly FieldEntry[] = [
  ['http.host', 'Bytes', ({ request }) => request.host.name],
  ['http.request.method', 'Bytes', ({ request }) => toBytes(request.method)],
  ['http.request.version', 'Bytes', ({ request }) => request.client.protocol],
  ['http.request.timestamp.sec', 'Int', ({ now }) => Math.floor(now / 1000)],
  ['http.request.timestamp.msec', 'Int', ({ now }) => Math.floor(now % 1000)],
  ['http.request.full_uri', 'Bytes', ({ request }) => baseOf(request) + uriOf(request)],
  ['http.request.uri', 'Bytes', ({ request }) => uriOf(request)],
  ['http.request.uri.path', 'Bytes', ({ request }) => request.target.path],
  [
    'http.request.uri.path.extension',
    'Bytes',
    ({ request }) => readExtension(request.target.path).toLowerCase(),
  ],
  ['http.request.uri.query', 'Bytes', ({ request }) => queryOf(request)],
  ['http.request.uri.args', 'Map(Array(Bytes))', ({ request }) => mapArguments(queryOf(request))],
  ['http.request.uri.args.names', 'Array(Bytes)', ({ request }) => namesOf(queryOf(request))],
  ['http.request.uri.args.values', 'Array(Bytes)', ({ request }) => valuesOf(queryOf(request))],
  ['raw.http.request.full_uri', 'Bytes', ({ request }) => baseOf(request) + rawUriOf(request)],
  ['raw.http.request.uri', 'Bytes', ({ request }) => rawUriOf(request)],
  ['raw.http.request.uri.path', 'Bytes', ({ request }) => rawPathOf(request)],
  ['raw.http.request.uri.path.extension', 'Bytes', ({ request }) => readExtension(rawPathOf(request))],
  ['raw.http.request.uri.query', 'Bytes', ({ request }) => rawQueryOf(request)],
  ['raw.http.request.uri.args', 'Map(Array(Bytes))', ({ request }) => mapArguments(rawQueryOf(request))],
  ['raw.http.request.uri.args.names', 'Array(Bytes)', ({ request }) => namesOf(rawQueryOf(request))],
  ['raw.http.request.uri.args.values', 'Array(Bytes)', ({ request }) => valuesOf(rawQueryOf(request))],
  ['ssl', 'Bool', ({ request }) => request.scheme === 'https'],
]

const baseOf = ({ scheme, host }: RequestFacts): string => `${scheme}://${host.authority}`

const uriOf = ({ target }: RequestFacts): string => target.path + target.query

const queryOf = ({ target }: RequestFacts): string => target.query.slice(1)

const rawUriOf = ({ rawTarget }: RequestFacts): string => toBytes(rawTarget)

function rawPathOf(request: RequestFacts): string {
  const uri = rawUriOf(request)
  const mark = uri.indexOf('?')
  return mark === -1 ? uri : uri.slice(0, mark)
}

function rawQueryOf(request: RequestFacts): string {
  const uri = rawUriOf(request)
  const mark = uri.indexOf('?')
  return mark === -1 ? '' : uri.slice(mark + 1)
}

const namesOf = (query: string): readonly string[] => readArguments(query).map(([name]) => name)

const valuesOf = (query: string): readonly string[] => readArguments(query).map(([, value]) => value)
