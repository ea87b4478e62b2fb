/** The engine's scheme in our terms, and what its names stand for in a request. */

import type { FunctionDefinition } from '../../src/lang/functions/definition.ts'
import { parseIpLiteral } from '../../src/lang/ip-literal.ts'
import type { Environment } from '../../src/lang/program.ts'
import type { Scheme, Signature } from '../../src/lang/scheme.ts'
import { parseType, type Type } from '../../src/lang/type.ts'
import { toBytes, type Value } from '../../src/lang/value.ts'
import type { EngineRequest } from './engine.ts'

const FIELDS = {
  'ip.src': 'Ip',
  'http.host': 'Bytes',
  'http.request.method': 'Bytes',
  'http.request.uri.path': 'Bytes',
  'http.request.headers': 'Map(Bytes)',
  'http.request.uri.args': 'Map(Bytes)',
  'http.request.cookie': 'Map(Bytes)',
  local: 'Map(Bytes)',
}

function signature(returns: Type): Signature {
  return { required: [{ kind: 'field', types: ['Bytes'] }], returns: () => returns }
}

function define(returns: Type, call: (bytes: string) => Value): FunctionDefinition {
  return {
    signature: signature(returns),
    // The engine's build reads a missing value as an empty string here.
    call: ([bytes]) => call(typeof bytes === 'string' ? bytes : ''),
    cost: 1,
  }
}

const FUNCTIONS: ReadonlyMap<string, FunctionDefinition> = new Map([
  ['len', define('Int', (bytes) => bytes.length)],
  ['lower', define('Bytes', (bytes) => bytes.replace(/[A-Z]/g, (letter) => letter.toLowerCase()))],
  ['upper', define('Bytes', (bytes) => bytes.replace(/[a-z]/g, (letter) => letter.toUpperCase()))],
])

export const ENGINE_SCHEME: Scheme = {
  fields: new Map(Object.entries(FIELDS).map(([name, type]) => [name, { type: parseType(type) }])),
  functions: new Map([...FUNCTIONS].map(([name, definition]) => [name, definition.signature])),
  lists: new Map(),
  maxNesting: 128,
  maxLength: 4096,
}

/** The engine's maps are sorted by key. */
function toMap(entries: readonly (readonly [string, string])[]): ReadonlyMap<string, Value> {
  const bytes = entries.map(([key, value]) => [toBytes(key), toBytes(value)] as const)
  return new Map(bytes.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
}

function pairs(text: string, separator: string): [string, string][] {
  return text.split(separator).map((pair) => {
    const equals = pair.indexOf('=')
    return [pair.slice(0, equals), pair.slice(equals + 1)]
  })
}

export function engineEnvironment(): Environment<EngineRequest> {
  return {
    fields: new Map<string, (request: EngineRequest) => Value | undefined>([
      ['ip.src', (request) => parseIpLiteral(request.ip)],
      ['http.host', (request) => toBytes(request.host)],
      ['http.request.method', (request) => toBytes(request.method)],
      ['http.request.uri.path', (request) => toBytes(request.path)],
      ['http.request.headers', (request) => toMap(Object.entries(request.headers))],
      ['http.request.uri.args', (request) => toMap(pairs(request.query.slice(1), '&'))],
      ['http.request.cookie', (request) => toMap(pairs(request.cookies, '; '))],
      ['local', (request) => toMap(Object.entries(request.local))],
    ]),
    functions: FUNCTIONS,
    list: () => undefined,
    nilNotEqual: true,
  }
}
