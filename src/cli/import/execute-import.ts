/**
 * Reads what is to be imported, and writes or prints the files it becomes.
 * @module
 */
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { text as readStream } from 'node:stream/consumers'
import { importCloudflare } from '../../policy/importers/import-cloudflare.ts'
import { type ImportedListKind, importList } from '../../policy/importers/import-list.ts'
import { type Imported, type ImportResult, oneLine } from '../../policy/importers/import-report.ts'
import { listNameOf } from '../../policy/named-lists.ts'
import { DONE, PROBLEM, USAGE } from '../exit-codes.ts'

/** Written, and something was left out. */
const LEFT_OUT = 3

export interface RawImportFlags {
  readonly out?: string
  readonly force?: boolean
  readonly kind?: string
  readonly name?: string
}

export interface ImportFlags extends RawImportFlags {
  readonly what: 'cloudflare' | 'list'
  readonly file: string
}

export interface ImportOutput {
  /** As it is. */
  readonly out: (text: string) => void
  /** One or more lines, without the last line break. */
  readonly err: (text: string) => void
}

const MAX_BYTES = 64 * 1024 * 1024
const KINDS: readonly ImportedListKind[] = ['ip', 'asn', 'country', 'hostname']

type Read = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string }

async function readInput(file: string): Promise<Read> {
  try {
    if (file === '-') return { ok: true, text: await readStream(process.stdin) }
    const { size } = await stat(file)
    if (size > MAX_BYTES)
      return { ok: false, message: `${file} has ${size} bytes; at most ${MAX_BYTES} are read.` }
    return { ok: true, text: await readFile(file, 'utf8') }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return {
      ok: false,
      message: `${file} cannot be read (${code ?? 'unknown error'}). Check its name and permissions.`,
    }
  }
}

/** The list's options, or what is wrong with them. */
function readListFlags({
  file,
  kind,
  name,
}: ImportFlags): { name: string; kind?: ImportedListKind } | string {
  const known = KINDS.find((one) => one === kind)
  if (kind !== undefined && known === undefined)
    return `--kind must be ${KINDS.join(', ')}, not ${oneLine(kind)}.`
  const chosen = name ?? basename(file).replace(/\.[a-z]+$/i, '')
  if (!/^[a-z0-9_-]{1,50}$/.test(chosen)) {
    return `${JSON.stringify(oneLine(chosen))} cannot be the name of a list. Write --name with lower-case letters, digits and _.`
  }
  return { name: chosen, ...(known === undefined ? {} : { kind: known }) }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch {
    return false
  }
}

/** What is there and would be lost. */
async function findConflicts(folder: string, files: Iterable<string>): Promise<readonly string[]> {
  const found: string[] = []
  for (const file of files) if (await exists(join(folder, file))) found.push(file)
  return found
}

/** Names of the lists in a policy folder. */
async function findLists(folder: string | undefined): Promise<ReadonlySet<string>> {
  if (folder === undefined) return new Set()
  try {
    const names = await readdir(join(folder, 'lists'))
    return new Set(names.flatMap((name) => listNameOf(name) ?? []))
  } catch {
    return new Set()
  }
}

async function writeAll(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  for (const [file, content] of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), content)
  }
}

async function place(
  { out, force }: ImportFlags,
  { files }: Imported,
  output: ImportOutput,
): Promise<boolean> {
  if (out === undefined) {
    for (const [file, content] of files) output.out(files.size > 1 ? `# --- ${file}\n${content}` : content)
    return true
  }
  const there = await findConflicts(out, files.keys())
  if (there.length > 0 && force !== true) {
    const names = there.map((file) => join(out, file)).join(', ')
    output.err(`${names}: already there; nothing was written. Give another --out, or --force.`)
    return false
  }
  await writeAll(out, files)
  return true
}

function describeOutcome({ files, count, leftOut }: Imported, out: string | undefined): string {
  const lines = leftOut.map(
    ({ subject, what, reason }) =>
      `${what === 'rule' ? 'left out' : 'in part '}  ${oneLine(subject)}: ${oneLine(reason, 500)}`,
  )
  const where = out === undefined ? '' : ` to ${[...files.keys()].map((file) => join(out, file)).join(', ')}`
  return [...lines, `${count} carried over${where}, ${leftOut.length} remark(s).`].join('\n')
}

/** The command; gives the exit code. */
export async function executeImport(flags: ImportFlags, output: ImportOutput): Promise<number> {
  const list = flags.what === 'list' ? readListFlags(flags) : undefined
  if (typeof list === 'string') {
    output.err(list)
    return USAGE
  }
  const read = await readInput(flags.file)
  if (!read.ok) {
    output.err(read.message)
    return PROBLEM
  }
  const result: ImportResult = list
    ? importList(read.text, list)
    : importCloudflare(read.text, await findLists(flags.out))
  if (!result.ok) {
    output.err(`${flags.file}: ${oneLine(result.message, 500)}\n  fix: ${result.fix}`)
    return PROBLEM
  }
  if (!(await place(flags, result.imported, output))) return PROBLEM
  output.err(describeOutcome(result.imported, flags.out))
  return result.imported.leftOut.length > 0 ? LEFT_OUT : DONE
}
