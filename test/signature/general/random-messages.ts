/** Random messages with random covered components, as far as both npm libraries read RFC 9421 like its text. */
import fc from 'fast-check'
import type { FieldLines, Message, RequestMessage } from '../../../src/signature/general/message.ts'

export interface Case {
  readonly message: Message
  /** Identifiers as the signature base has them. */
  readonly components: readonly string[]
  /** The same message with everything changed that can be covered. */
  readonly tampered: Message
}

const characters = (alphabet: string, minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength })

// Without what the URL Standard escapes or removes: one library signs such a URL.
const segment = characters('abcXYZ019-_~!$&()*+,;=:@', 1, 10)
const path = fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`)
const plainQuery = characters('abcXYZ019-._~!$()*+,;:@/?&=', 0, 30).map((text) =>
  text === '' ? '' : `?${text}`,
)

/** Names that are there once, with values that all encode alike. */
const namedQuery = fc.uniqueArray(characters('abcxyz', 1, 4), { minLength: 1, maxLength: 4 }).chain((names) =>
  fc
    .tuple(...names.map((name) => fc.tuple(fc.constant(name), characters('abcXYZ019-._+ &=/', 0, 8))))
    .map((pairs) => ({
      names,
      query: `?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`,
    })),
)

const value = characters('abcXYZ 019-_.,;="()<>/?!\\@', 0, 24)
const fieldName = characters('abcxyz', 1, 6).map((name) => `x-${name}`)
const fields = fc.uniqueArray(fc.tuple(fieldName, fc.array(value, { minLength: 1, maxLength: 3 })), {
  selector: ([name]) => name,
  minLength: 1,
  maxLength: 5,
})

const authority = fc.oneof(
  fc.domain().map((name) => name.toLowerCase()),
  fc.constantFrom('127.0.0.1:8080', 'a.example:8443'),
)

/** Lower-case names on one side, others on the wire: names are case-insensitive. */
const toLines = (pairs: readonly (readonly [string, readonly string[]])[]): FieldLines =>
  pairs.flatMap(([name, values]) => values.flatMap((text) => [name.toUpperCase(), text]))

interface Parts {
  readonly request: RequestMessage
  readonly components: readonly string[]
}

const requests: fc.Arbitrary<Parts> = fc
  .record({
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'),
    authority,
    path,
    query: fc.oneof(
      plainQuery.map((query): { names: string[]; query: string } => ({ names: [], query })),
      namedQuery,
    ),
    fields,
    scheme: fc.constantFrom('http', 'https'),
  })
  .map(({ method, authority: host, path: own, query, fields: pairs, scheme }) => ({
    request: {
      kind: 'request',
      method,
      target: own + query.query,
      scheme,
      fields: ['Host', host, ...toLines(pairs)],
    },
    components: [
      ...[
        '"@method"',
        '"@authority"',
        '"@path"',
        '"@query"',
        '"@scheme"',
        '"@target-uri"',
        '"@request-target"',
      ],
      ...query.names.map((name) => `"@query-param";name="${name}"`),
      ...pairs.flatMap(([name]) => [`"${name}"`, `"${name}";bs`]),
    ],
  }))

/** Everything that can be covered is changed. */
function tamper(message: Message): Message {
  const changed = message.fields.map((text, i) => (i % 2 === 0 ? text : `${text}~`))
  if (message.kind === 'response') return { ...message, status: message.status + 1, fields: changed }
  const fields = changed.with(1, `evil-${message.fields[1]}`)
  const target = `/~${message.target.slice(1).replaceAll('=', '=~')}${message.target.includes('?') ? '~' : '?~'}`
  const method = message.method === 'GET' ? 'POST' : 'GET'
  return { ...message, method, target, scheme: message.scheme === 'http' ? 'https' : 'http', fields }
}

const isCovered = (identifier: string): boolean => !/;(?:bs|name=)/.test(identifier)

/** `everything`: with what one of the libraries does not know, `bs` and `@query-param`. */
export function cases(everything: boolean): fc.Arbitrary<Case> {
  const pick = (components: readonly string[]): fc.Arbitrary<string[]> =>
    fc.shuffledSubarray(everything ? [...components] : components.filter(isCovered), { minLength: 1 })
  const asked = requests.chain(({ request, components }) =>
    pick(components).map((covered) => ({ message: request, components: covered, tampered: tamper(request) })),
  )
  const answered = fc
    .tuple(requests, fields, fc.integer({ min: 200, max: 598 }))
    .chain(([{ request, components }, pairs, status]) => {
      const message = { kind: 'response', status, fields: toLines(pairs), request } as const
      const own = ['"@status"', ...pairs.map(([name]) => `"${name}"`)]
      const bound = components.map((identifier) => `${identifier};req`)
      const tampered = { ...tamper(message), request: tamper(request) } as Message
      return pick([...own, ...bound]).map((covered) => ({ message, components: covered, tampered }))
    })
  return fc.oneof({ weight: 2, arbitrary: asked }, { weight: 1, arbitrary: answered })
}
