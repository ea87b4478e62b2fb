/**
 * One JSON Schema of all policy files, for editors: what may be written, before anything is run.
 *
 * A YAML file says in its first line which schema it has, and editors do not follow a `#/$defs/…` there. So the
 * schema as a whole takes the top keys of all files, which no two kinds of file share.
 * @module
 */
import { z } from 'zod'
import { accessSchema } from './access.ts'
import { botsSchema } from './bots/bots-schema.ts'
import { dosSchema } from './dos.ts'
import { hygieneSchema } from './hygiene.ts'
import { limitsSchema } from './limits-schema.ts'
import { testsSchema } from './policy-tests.ts'
import { routesSchema } from './route-schema.ts'
import { customSchema, redirectsSchema, transformsSchema } from './rule-schema.ts'
import { settingsSchema } from './settings.ts'

/** What a key means, by file as the documentation heads it (`routes/*.yaml`) and by key (`routes[].id`). */
export type KeyDescriptions = ReadonlyMap<string, ReadonlyMap<string, string>>

/** Each kind of file, as `docs/rules.md` names it. */
const FILES: readonly (readonly [name: string, file: string, schema: z.ZodType])[] = [
  ['settings', 'settings.yaml', settingsSchema],
  ['hygiene', 'hygiene.yaml', hygieneSchema],
  ['access', 'access.yaml', accessSchema],
  ['limits', 'limits.yaml', limitsSchema],
  ['dos', 'dos.yaml', dosSchema],
  ['bots', 'bots.yaml', botsSchema],
  ['redirects', 'redirects.yaml', redirectsSchema],
  ['custom', 'custom.yaml', customSchema],
  ['transforms', 'transforms.yaml', transformsSchema],
  ['routes', 'routes/*.yaml', routesSchema],
  ['tests', 'tests/*.yaml', testsSchema],
]

/** The part of JSON Schema that zod writes for these files. */
interface Schema {
  $ref?: string
  $defs?: Record<string, Schema>
  $schema?: string
  id?: string
  description?: string
  default?: unknown
  minimum?: number
  maximum?: number
  properties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  propertyNames?: unknown
  items?: Schema
  anyOf?: Schema[]
  required?: string[]
}

/** Bounds that only say "a safe integer". */
function isNoBound(value: number | undefined): boolean {
  return value === undefined || Math.abs(value) === Number.MAX_SAFE_INTEGER
}

/** Takes out what helps nobody, and adds what a key means; `path` is that of the node, as `routes[].id`. */
function finish(node: Schema, path: string, descriptions: ReadonlyMap<string, string>): void {
  const description = descriptions.get(path)
  if (description !== undefined && node.$ref === undefined) node.description = description
  // Defaults are of what is meant (milliseconds, bytes), not of what is written; the description tells them.
  delete node.default
  delete node.id
  delete node.$schema
  delete node.propertyNames
  if (isNoBound(node.minimum)) delete node.minimum
  if (isNoBound(node.maximum)) delete node.maximum
  const prefix = path === '' ? '' : `${path}.`
  for (const [key, value] of Object.entries(node.properties ?? {})) finish(value, prefix + key, descriptions)
  if (node.items) finish(node.items, `${path}[]`, descriptions)
  for (const branch of node.anyOf ?? []) finish(branch, path, descriptions)
  if (typeof node.additionalProperties === 'object')
    finish(node.additionalProperties, `${path}.*`, descriptions)
}

function describeFile(
  file: string,
  schema: z.ZodType,
  shared: Record<string, Schema>,
  descriptions: KeyDescriptions,
): Schema {
  const written = z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any' })
  const { definitions = {}, ...own } = structuredClone(written) as Schema & {
    definitions?: Record<string, Schema>
  }
  finish(own, '', descriptions.get(file) ?? new Map())
  for (const [name, definition] of Object.entries(definitions)) {
    finish(definition, '', descriptions.get(name) ?? new Map())
    shared[name] = definition
  }
  return own
}

/** Follows references to the place where definitions are kept here. */
function moveReferences(text: string): string {
  return text.replaceAll('"#/definitions/', '"#/$defs/')
}

/** Short lists of words on one line, as the formatter of this repository wants them. */
function joinShortLists(text: string): string {
  const list = /^( *"[^"\n]*": )\[\n((?: +(?:"[^"\n]*"|-?\d+),?\n)+) *\](,?)$/gm
  return text.replace(list, (all, before: string, items: string, comma: string) => {
    const line = `${before}[${items.trim().split(/,\n */).join(', ')}]${comma}`
    return line.length <= 110 ? line : all
  })
}

/** The text of `rules/schema.json`. */
export function writePolicySchema(descriptions: KeyDescriptions): string {
  const shared: Record<string, Schema> = {}
  const files = FILES.map(
    ([name, file, schema]) => [name, describeFile(file, schema, shared, descriptions)] as const,
  )
  const topKeys = files.flatMap(([name, schema]) =>
    Object.keys(schema.properties ?? {}).map(
      (key) => [key, { $ref: `#/$defs/${name}/properties/${key}` }] as const,
    ),
  )
  const root = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Sallyport policy',
    description: 'A file of a policy folder; docs/rules.md explains every key.',
    type: 'object',
    properties: Object.fromEntries(topKeys),
    additionalProperties: false,
    $defs: { ...Object.fromEntries(files), ...shared },
  }
  return `${joinShortLists(moveReferences(JSON.stringify(root, null, 2)))}\n`
}
