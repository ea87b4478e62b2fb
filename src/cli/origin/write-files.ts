/**
 * The files of a configuration in a folder.
 * @module
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RecipeFile } from '../../origin/recipes/description.ts'

/** Writes all of them, or none: gives the names of those that are there and differ, unless `force` is set. */
export async function writeFiles(
  folder: string,
  files: readonly RecipeFile[],
  force: boolean,
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true })
  const changed: string[] = []
  for (const { name, text } of files) {
    const before = await readFile(join(folder, name), 'utf8').catch(() => undefined)
    if (before !== undefined && before !== text) changed.push(name)
  }
  if (changed.length > 0 && !force) return changed
  for (const { name, text } of files) await writeFile(join(folder, name), text)
  return []
}
