/**
 * One description out of a file and of options, which override it.
 * @module
 */
import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import type { Description } from '../../origin/recipes/description.ts'
import { PROBLEM, USAGE } from '../exit-codes.ts'
import { readDescription } from './description-schema.ts'

export interface DescriptionFlags {
  readonly from?: string
  readonly keys?: string
  readonly listen?: string
  readonly tlsCertificate?: string
  readonly tlsKey?: string
  readonly upstream?: string
  readonly authority?: readonly string[]
  readonly scheme?: string
  readonly unsigned?: readonly string[]
  readonly fact?: readonly string[]
  readonly skew?: number
  readonly maxTtl?: number
  readonly rate?: number
  readonly server?: string
  readonly name?: string
  readonly namespace?: string
}

export type Gathered =
  | { readonly ok: true; readonly description: Description }
  /** `message` says what is wrong, where, and how to mend it; `status` is what the command ends with. */
  | { readonly ok: false; readonly message: string; readonly status: number }

type Written = Readonly<Record<string, unknown>>
type Read =
  | { readonly ok: true; readonly written: Written }
  | { readonly ok: false; readonly message: string }

/** Larger than any description. */
const MAX_FILE = 65_536

export async function gatherDescription(flags: DescriptionFlags): Promise<Gathered> {
  const read: Read = flags.from === undefined ? { ok: true, written: {} } : await readWritten(flags.from)
  if (!read.ok) return { ...read, status: PROBLEM }
  const result = readDescription({ ...read.written, ...override(read.written, flags) })
  if (result.ok) return result
  const lines = result.problems.map(({ where, what }) => `  ${where === '' ? 'it' : where} ${what}`)
  if (lines.includes('  authorities is missing'))
    lines.push('Name the host that the edge sends requests to: --authority origin.example')
  const source = flags.from ?? 'the options'
  const status = flags.from === undefined ? USAGE : PROBLEM
  return { ok: false, message: `${source} cannot be used:\n${lines.join('\n')}`, status }
}

async function readWritten(path: string): Promise<Read> {
  try {
    const text = await readFile(path, 'utf8')
    if (text.length > MAX_FILE) return { ok: false, message: `${path} is longer than ${MAX_FILE} characters` }
    return parseWritten(path, text)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown reason'
    return { ok: false, message: `${path} cannot be read (${code}): name a description in YAML` }
  }
}

function parseWritten(path: string, text: string): Read {
  try {
    const value: unknown = parse(text)
    if (value === null) return { ok: true, written: {} }
    if (typeof value === 'object' && !Array.isArray(value)) return { ok: true, written: { ...value } }
    return { ok: false, message: `${path} must have keys and values, as "upstream: 127.0.0.1:3000"` }
  } catch (error) {
    return {
      ok: false,
      message: `${path} is not YAML: ${error instanceof Error ? error.message : 'unreadable'}`,
    }
  }
}

/** What the options say, in the words of the file. */
function override(written: Written, flags: DescriptionFlags): Written {
  const { tlsCertificate: certificate, tlsKey: key, name, namespace } = flags
  return dropUndefined({
    keys: flags.keys,
    listen: flags.listen,
    upstream: flags.upstream,
    authorities: flags.authority,
    scheme: flags.scheme,
    unsigned: flags.unsigned,
    facts: flags.fact,
    skew: flags.skew,
    max_ttl: flags.maxTtl,
    rate: flags.rate,
    server: flags.server,
    tls: merge(written.tls, { certificate, key }),
    kubernetes: merge(written.kubernetes, { name, namespace }),
  })
}

function merge(before: unknown, after: Written): unknown {
  const given = dropUndefined(after)
  if (Object.keys(given).length === 0) return undefined
  return typeof before === 'object' && before !== null ? { ...before, ...given } : given
}

function dropUndefined(record: Written): Written {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
}
