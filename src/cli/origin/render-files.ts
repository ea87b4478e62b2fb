/**
 * Several files as one text.
 * @module
 */
import type { RecipeFile } from '../../origin/recipes/description.ts'

/** Each file under a line that names it. `#` begins a comment in all but JavaScript and Lua, which come last. */
export function renderFiles(files: readonly RecipeFile[]): string {
  const [only] = files
  if (only !== undefined && files.length === 1) return only.text
  return files
    .map(({ name, place, text }) => `${markOf(name)} ======== ${name}: ${place} ========\n${text}`)
    .join('\n')
}

function markOf(name: string): string {
  if (name.endsWith('.js')) return '//'
  return name.endsWith('.lua') ? '--' : '#'
}
