/**
 * Component identifiers (RFC 9421 section 2): a name and parameters. Everything here refuses what it does not
 * know, as a parameter that is not understood may change what is covered.
 * @module
 */
import { parseItem } from './parse-structured.ts'
import { serializeItem } from './serialize-structured.ts'
import type { Item } from './structured-value.ts'

export interface Component {
  /** Lower case; begins with `@` when derived. */
  readonly name: string
  /** The identifier as it stands in the signature base, parameters in the order they came. */
  readonly identifier: string
  /** The same for identifiers that are equal: the order of parameters does not count. */
  readonly identity: string
  /** Taken from the request that a response answers. */
  readonly req: boolean
  /** Taken from the trailers. */
  readonly tr: boolean
  readonly sf: boolean
  readonly bs: boolean
  /** Of a dictionary field. */
  readonly key: string | undefined
  /** Of `@query-param`, percent-encoded. */
  readonly queryName: string | undefined
}

const DERIVED: ReadonlySet<string> = new Set([
  '@method',
  '@target-uri',
  '@authority',
  '@scheme',
  '@request-target',
  '@path',
  '@query',
  '@query-param',
  '@status',
])

/** A field name (RFC 9110 section 5.1) in lower case. */
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]{1,256}$/

const LIMITS = { maxLength: 1024, maxValues: 8 }

/** What a component is, or `undefined` when its name or a parameter is not one that can be covered. */
export function readComponent(item: Item): Component | undefined {
  if (item.value.type !== 'string') return undefined
  const name = item.value.value
  if (item.parameters.size === 0) return readPlain(name)
  const flags = new Set<string>()
  const texts = new Map<string, string>()
  for (const [parameter, value] of item.parameters) {
    if (value.type === 'boolean' && value.value) flags.add(parameter)
    else if (value.type === 'string') texts.set(parameter, value.value)
    else return undefined
  }
  const known = name.startsWith('@') ? isDerived(name, flags, texts) : isField(name, flags, texts)
  if (!known) return undefined
  return {
    name,
    identifier: serializeItem(item),
    identity: [name, ...[...flags].sort(), ...[...texts.values()].map((text) => `=${text}`)].join('\n'),
    req: flags.has('req'),
    tr: flags.has('tr'),
    sf: flags.has('sf'),
    bs: flags.has('bs'),
    key: texts.get('key'),
    queryName: texts.get('name'),
  }
}

/** What most components are: nothing in their names needs escaping. */
function readPlain(name: string): Component | undefined {
  const known = name.startsWith('@') ? DERIVED.has(name) && name !== '@query-param' : FIELD_NAME.test(name)
  if (!known) return undefined
  const none = { req: false, tr: false, sf: false, bs: false, key: undefined, queryName: undefined }
  return { name, identifier: `"${name}"`, identity: name, ...none }
}

type Flags = ReadonlySet<string>
type Texts = ReadonlyMap<string, string>

function isDerived(name: string, flags: Flags, texts: Texts): boolean {
  if (!DERIVED.has(name)) return false
  for (const flag of flags) if (flag !== 'req' || name === '@status') return false
  return name === '@query-param' ? texts.size === 1 && texts.has('name') : texts.size === 0
}

function isField(name: string, flags: Flags, texts: Texts): boolean {
  if (!FIELD_NAME.test(name)) return false
  for (const flag of flags) if (!['sf', 'bs', 'tr', 'req'].includes(flag)) return false
  for (const text of texts.keys()) if (text !== 'key') return false
  // RFC 9421 section 2.1.3: `bs` cannot be combined with what reads the field's structure.
  return !flags.has('bs') || !(flags.has('sf') || texts.size > 0)
}

/**
 * Reads a component as written in options: `@method`, `content-type`, `@query-param;name="id"`,
 * `example-dict;key="a"`, `@status`, `@method;req`.
 *
 * @throws TypeError when it is none.
 */
export function parseComponent(text: string): Component {
  const end = text.indexOf(';')
  const quoted = end < 0 ? `"${text}"` : `"${text.slice(0, end)}"${text.slice(end)}`
  const item = parseItem(quoted, LIMITS)
  const component = item && readComponent(item)
  if (!component) {
    throw new TypeError(
      `${JSON.stringify(text)} is no component: expected a lower-case field name or a derived component of RFC 9421 section 2.2, with its parameters as in @query-param;name="id"`,
    )
  }
  return component
}

/** @throws TypeError when one is none, or one is there twice. */
export function parseComponents(texts: readonly string[]): readonly Component[] {
  const components = texts.map(parseComponent)
  const seen = new Set<string>()
  for (const { identity, identifier } of components) {
    if (seen.has(identity)) throw new TypeError(`${identifier} is there twice`)
    seen.add(identity)
  }
  return components
}
