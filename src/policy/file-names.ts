/**
 * Which files a policy folder may hold.
 * @module
 */
import { ACCESS_FILE } from './access.ts'
import { BOTS_FILE } from './bots/bots-schema.ts'
import { DOS_FILE } from './dos.ts'
import { HYGIENE_FILE } from './hygiene.ts'
import { LIMITS_FILE } from './limits-schema.ts'
import type { PolicyFiles, Problem } from './problem.ts'
import { CUSTOM_FILE, REDIRECTS_FILE, TRANSFORMS_FILE } from './rules.ts'
import { SETTINGS_FILE } from './settings.ts'
import { suggestFix } from './suggest.ts'

const FILES = [
  SETTINGS_FILE,
  HYGIENE_FILE,
  ACCESS_FILE,
  DOS_FILE,
  BOTS_FILE,
  LIMITS_FILE,
  REDIRECTS_FILE,
  CUSTOM_FILE,
  TRANSFORMS_FILE,
]

const FOLDERS: readonly RegExp[] = [
  /^(?:routes|tests)\/[^/]+\.yaml$/,
  /^(?:lists|bots\/ranges)\/[^/]+\.txt$/,
  /^bots\/[^/]+\.html$/,
]

function isKnown(name: string): boolean {
  return FILES.includes(name) || FOLDERS.some((pattern) => pattern.test(name))
}

/** A file with a name that nothing reads is a policy that silently does not apply. */
export function checkFileNames(files: PolicyFiles): Problem[] {
  const places = [
    ...FILES,
    'routes/<name>.yaml',
    'lists/<name>.txt',
    'tests/<name>.yaml',
    'bots/ranges/<id>.txt',
    'bots/<name>.html',
  ]
  return [...files.keys()]
    .filter((name) => !isKnown(name))
    .map((file) => {
      const fix = suggestFix(file.replace(/\.yml$/, '.yaml'), places)
      return { file, line: 1, column: 1, path: '', message: 'Nothing reads a file of this name', fix }
    })
}
