/**
 * `sallyport build`: compiles `rules/` to the policy that is baked into the Worker.
 * @module
 */
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Command } from 'commander'
import { exitForUsage } from './exit-codes.ts'
import { loadFolder } from './load-folder.ts'

export function buildCommand(): Command {
  return new Command('build')
    .description('check rules/ and compile it to the policy that is baked into the Worker')
    .option('--policy <folder>', 'the policy', 'rules')
    .option('--out <file>', 'where the compiled policy goes', 'dist/baseline.bin')
    .exitOverride(exitForUsage)
    .action(async ({ policy, out }: { policy: string; out: string }) => {
      const loaded = await loadFolder(policy, { undone: 'nothing was built' })
      if (loaded === undefined) {
        process.exitCode = 1
        return
      }
      const { bundle } = loaded
      await mkdir(dirname(out), { recursive: true })
      // Whole or not at all: a build that is watched must never read half a policy.
      await writeFile(`${out}.new`, bundle)
      await rename(`${out}.new`, out)
      console.log(`${out}: ${bundle.length} bytes`)
    })
}
