/**
 * Runs every benchmark, one after another: `npm run bench`.
 * @module
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'

const folder = new URL('.', import.meta.url)
for (const file of readdirSync(folder)
  .filter((name) => name.endsWith('.bench.ts'))
  .sort()) {
  console.log(`\n== ${file}`)
  const { status } = spawnSync(process.execPath, ['--expose-gc', new URL(file, folder).pathname], {
    stdio: 'inherit',
  })
  if (status !== 0) process.exitCode = 1
}
