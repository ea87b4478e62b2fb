/**
 * Cloudflare's lists, as CSV or as the items of the API, as files of `lists/`.
 * @module
 */
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { ENTRY_KINDS, type EntryKind } from '../list-kinds.ts'
import { type ImportResult, type LeftOut, oneLine } from './import-report.ts'

export type ImportedListKind = EntryKind<unknown>['id']

export interface ListOptions {
  /** As in expressions: lower-case letters, digits and `_`. */
  readonly name: string
  /** Left out: told by the items of JSON, needed for CSV. */
  readonly kind?: ImportedListKind
}

interface Item {
  readonly value: string
  readonly comment: string
  /** As a person finds it: `line 3`, `item 3`. */
  readonly place: string
}

type Items =
  | { readonly ok: true; readonly items: readonly Item[] }
  | { readonly ok: false; readonly message: string; readonly fix: string }

const CSV_FIX = 'Write one value a line, with a description behind a comma: 192.0.2.0/24,our office.'

function readCsv(text: string): Items {
  try {
    const rows = parse(text, {
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      bom: true,
      info: true,
    })
    const items = (rows as unknown as readonly { record: readonly string[]; info: { lines: number } }[]).map(
      ({ record, info }) => ({
        value: record[0] ?? '',
        comment: record.slice(1).join(', '),
        place: `line ${info.lines}`,
      }),
    )
    // A heading is what no list has as a value.
    const heading = /^(?:value|ip|asn|hostname|country|cidr|network)$/i.test(items[0]?.value ?? '')
    return { ok: true, items: items.slice(heading ? 1 : 0) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { ok: false, message: `This is not CSV: ${oneLine(reason)}`, fix: CSV_FIX }
  }
}

const itemSchema = z.object({
  ip: z.string().optional(),
  asn: z.int().optional(),
  hostname: z.object({ url_hostname: z.string(), exclude_exact_hostname: z.boolean().optional() }).optional(),
  redirect: z.unknown().optional(),
  comment: z.string().nullish(),
})

const itemsSchema = z.union([z.array(itemSchema), z.object({ result: z.array(itemSchema) })])

const JSON_FIX = 'Give what GET /accounts/<account>/rules/lists/<list>/items answers.'

function readJson(text: string): Items {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { ok: false, message: `This is not JSON: ${reason}`, fix: JSON_FIX }
  }
  const result = itemsSchema.safeParse(value)
  if (!result.success) return { ok: false, message: 'These are not the items of a list', fix: JSON_FIX }
  const rows = Array.isArray(result.data) ? result.data : result.data.result
  const items = rows.flatMap(({ ip, asn, hostname, comment }, index) => {
    const value = ip ?? (asn === undefined ? hostname?.url_hostname : String(asn)) ?? ''
    const item = { value, comment: comment ?? '', place: `item ${index + 1}` }
    // Here, as by default there, a wildcard is for the names below a name.
    const isWide = hostname?.exclude_exact_hostname === false && value.startsWith('*.')
    return isWide ? [item, { ...item, value: value.slice(2) }] : [item]
  })
  return { ok: true, items }
}

/** Cloudflare takes an IPv6 host for its /64. */
function toOurForm(value: string, kind: ImportedListKind): string {
  const wide = kind === 'ip' ? /^([0-9a-f:]{2,39})\/64$/i.exec(value)?.[1] : undefined
  if (wide === undefined || !URL.canParse(`http://[${wide}]/`)) return value
  const { hostname } = new URL(`http://[${wide}]/`)
  const [head = '', tail] = hostname.slice(1, -1).split('::')
  const groups = head === '' ? [] : head.split(':')
  const rest = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: 8 - groups.length - rest.length }, () => '0')
  return `${[...groups, ...(tail === undefined ? [] : zeros), ...rest].slice(0, 4).join(':')}::/64`
}

function kindOf(
  items: readonly Item[],
  wanted: ImportedListKind | undefined,
): EntryKind<unknown> | undefined {
  if (wanted !== undefined) return ENTRY_KINDS.find(({ id }) => id === wanted)
  const [first] = items
  return first && ENTRY_KINDS.find(({ parse: read }) => read(first.value).ok)
}

const REDIRECT = 'It is no ip, asn or hostname: a redirect of a list is a route here (redirect in routes/).'

/** Reads a list; entries that are no entries here are left out and named. */
export function importList(text: string, { name, kind: wanted }: ListOptions): ImportResult {
  const read = /^\s*[[{]/.test(text) ? readJson(text) : readCsv(text)
  if (!read.ok) return read
  const kind = kindOf(read.items, wanted)
  if (!kind) {
    const message = read.items.length === 0 ? 'The list is empty' : 'It cannot be told what this is a list of'
    return { ok: false, message, fix: 'Name the kind: --kind ip, asn, country or hostname.' }
  }
  const leftOut: LeftOut[] = []
  const lines: string[] = []
  for (const { value, comment, place } of read.items) {
    const entry = kind.parse(value).ok ? value : toOurForm(value, kind.id)
    const result = kind.parse(entry)
    if (result.ok) lines.push(comment === '' ? entry : `${entry}  # ${oneLine(comment)}`)
    else {
      const reason = value === '' ? REDIRECT : `${result.message}. ${result.fix}`
      leftOut.push({ subject: place, what: 'rule', reason })
    }
  }
  const content = `# kind: ${kind.id}\n# Imported from Cloudflare.\n${lines.map((line) => `${line}\n`).join('')}`
  return {
    ok: true,
    imported: { files: new Map([[`lists/${name}.txt`, content]]), count: lines.length, leftOut },
  }
}
