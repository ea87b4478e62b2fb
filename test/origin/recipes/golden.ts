/** Generated files as they are meant to be, kept in the repository. `UPDATE_GOLDEN=1` writes them anew. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { LoadBalancer, RecipeFile } from '../../../src/origin/recipes/description.ts'

export function expectGolden(name: LoadBalancer, files: readonly RecipeFile[]): void {
  for (const file of files) {
    const path = fileURLToPath(new URL(`golden/${name}/${file.name}`, import.meta.url))
    if (process.env.UPDATE_GOLDEN === '1') {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, file.text)
    }
    expect(file.text).toBe(readFileSync(path, 'utf8'))
  }
}
