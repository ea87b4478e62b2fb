/**
 * `npm run build`: makes the published package in `dist/package`. The origin's modules are compiled one by one
 * so that each subpath loads only what it needs; the command is one file with its libraries inside, so that
 * the package has no dependencies at all.
 * @module
 */
import { spawnSync } from 'node:child_process'
import { chmod, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { listLicenses } from './bundled-licenses.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const out = `${root}dist/package`

await rm(out, { recursive: true, force: true })

const emit = ['--noEmit', 'false', '--rootDir', 'src', '--outDir', out, '--sourceMap', 'false']
const tsc = spawnSync('tsc', ['-p', 'src/origin/tsconfig.package.json', ...emit], {
  cwd: root,
  stdio: 'inherit',
  shell: process.platform === 'win32',
})
if (tsc.status !== 0) process.exit(tsc.status ?? 1)

const { metafile } = await build({
  absWorkingDir: root,
  metafile: true,
  entryPoints: [`${root}src/cli/main.ts`],
  outfile: `${out}/cli/main.js`,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Some libraries still call require() for Node's own modules.
  banner: {
    js: "import { createRequire as createBundleRequire } from 'node:module'; const require = createBundleRequire(import.meta.url);",
  },
  legalComments: 'none',
  logLevel: 'warning',
})
await writeFile(`${out}/cli/main.js.LICENSES.txt`, listLicenses(root, Object.keys(metafile.inputs)))
await chmod(`${out}/cli/main.js`, 0o755)
