/**
 * Bundles the Worker for local workerd. `wrangler deploy` bundles it for Cloudflare.
 * @module
 */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The name under which the compiled policy is added as a data module. */
export const BASELINE_MODULE = 'baseline.bin'

/** Bundles `src/worker/<entry>.ts` to one ES module that imports its policy from {@link BASELINE_MODULE}. */
export async function bundleWorker(entry: 'local' | 'index'): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL(`../../worker/${entry}.ts`, import.meta.url))],
    bundle: true,
    write: false,
    // As it is deployed: see `minify` in wrangler.toml.
    minify: entry === 'index',
    keepNames: entry === 'index',
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*'],
    logLevel: 'silent',
    plugins: [
      {
        name: 'baseline',
        setup(plugin) {
          plugin.onResolve({ filter: /\.bin$/ }, () => ({ path: `./${BASELINE_MODULE}`, external: true }))
        },
      },
    ],
  })
  const [file] = result.outputFiles
  if (file === undefined) throw new Error('esbuild made no output')
  return file.text
}
