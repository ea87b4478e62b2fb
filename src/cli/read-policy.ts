/**
 * Reads the operator's folder from disk for the policy compiler.
 * @module
 */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { PolicyFiles } from '../policy/problem.ts'

export type ReadPolicyErrorCode =
  | 'no-folder'
  | 'not-a-folder'
  | 'empty'
  | 'too-large'
  | 'too-many'
  | 'unreadable'
  | 'not-utf8'

/** The folder cannot be read as a policy. The message says what to do. */
export class ReadPolicyError extends Error {
  readonly code: ReadPolicyErrorCode
  constructor(code: ReadPolicyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ReadPolicyError'
    this.code = code
  }
}

const MIB = 1024 * 1024
const MAX_YAML = 4 * MIB
const MAX_LIST = 64 * MIB
const MAX_FILES = 1000

/** Which names in which folder are read; all else is none of ours. `.yml` is read so that it can be reported. */
const FOLDERS: readonly { readonly folder: string; readonly name: RegExp; readonly limit: number }[] = [
  { folder: '', name: /\.ya?ml$/, limit: MAX_YAML },
  { folder: 'routes/', name: /\.ya?ml$/, limit: MAX_YAML },
  { folder: 'lists/', name: /\.txt$/, limit: MAX_LIST },
  { folder: 'tests/', name: /\.ya?ml$/, limit: MAX_YAML },
  { folder: 'bots/', name: /\.html$/, limit: MAX_YAML },
  { folder: 'bots/ranges/', name: /\.txt$/, limit: MAX_LIST },
]

async function checkFolder(dir: string): Promise<void> {
  try {
    if ((await stat(dir)).isDirectory()) return
  } catch (cause) {
    throw new ReadPolicyError(
      'no-folder',
      `There is no policy folder ${dir}. Name the folder that holds routes/, as --policy rules/.`,
      { cause },
    )
  }
  throw new ReadPolicyError(
    'not-a-folder',
    `${dir} is a file. Name the folder that holds routes/, as --policy rules/.`,
  )
}

/** Names of the regular files in `path` (links to files count); none when the folder is not there. */
async function listNames(path: string, wanted: RegExp): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true })
    return entries
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.') && wanted.test(entry.name))
      .map((entry) => entry.name)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new ReadPolicyError('unreadable', `The folder ${path} cannot be read. Check its permissions.`, {
      cause,
    })
  }
}

async function readText(path: string, limit: number): Promise<string> {
  let bytes: Buffer
  try {
    const file = await stat(path)
    // Reading a pipe or a device would never end.
    if (!file.isFile())
      throw new ReadPolicyError('unreadable', `${path} is not a file. Rename it, or move it elsewhere.`)
    const { size } = file
    if (size > limit) {
      throw new ReadPolicyError(
        'too-large',
        `${path} has ${size} bytes; at most ${limit} are read. Split it into several files.`,
      )
    }
    bytes = await readFile(path)
  } catch (cause) {
    if (cause instanceof ReadPolicyError) throw cause
    throw new ReadPolicyError('unreadable', `${path} cannot be read. Check its permissions.`, { cause })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new ReadPolicyError('not-utf8', `${path} is not UTF-8 text. Save it as UTF-8.`, { cause })
  }
}

/**
 * Reads `*.yaml`, `routes/*.yaml`, `lists/*.txt`, `tests/*.yaml`, `bots/*.html` and `bots/ranges/*.txt` below `dir`; keys are paths relative to it, sorted, with `/`.
 * Throws `ReadPolicyError` when the folder is missing, holds none of these, or holds too much.
 */
export async function readPolicyFiles(dir: string): Promise<PolicyFiles> {
  await checkFolder(dir)
  const files = new Map<string, string>()
  for (const { folder, name, limit } of FOLDERS) {
    for (const found of (await listNames(join(dir, folder), name)).sort()) {
      if (files.size === MAX_FILES)
        throw new ReadPolicyError('too-many', `${dir} has more than ${MAX_FILES} policy files. Merge some.`)
      files.set(folder + found, await readText(join(dir, folder, found), limit))
    }
  }
  if (files.size === 0) {
    throw new ReadPolicyError(
      'empty',
      `The folder ${dir} holds no policy. Put at least one route into ${join(dir, 'routes/site.yaml')}.`,
    )
  }
  return files
}
