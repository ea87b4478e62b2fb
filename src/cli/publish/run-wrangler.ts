/**
 * Runs wrangler as a child process, never through a shell: arguments stay what they are.
 * @module
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
// The package's one file has a createRequire of its own (src/cli/package.ts).
import { createRequire as createResolver } from 'node:module'
import { dirname, join } from 'node:path'
import { KEYS_VARIABLE } from './policy-keys.ts'

export interface WranglerResult {
  /** Exit status; `null` when it could not be started or was ended by a signal. */
  readonly status: number | null
  readonly stdout: Buffer
  /** The last 8 KiB. */
  readonly stderr: string
}

export type RunWrangler = (args: readonly string[]) => Promise<WranglerResult>

/** KV's values have at most 25 MiB, lists of keys less. */
const MAX_STDOUT = 64 * 1024 * 1024
const MAX_STDERR = 8 * 1024

/**
 * The words that start wrangler: the script of the one installed for `folder` with this Node, or the program
 * on the PATH. Not the link in node_modules/.bin: on Windows that is a batch file, which needs a shell.
 */
export function findWrangler(folder: string): readonly [program: string, ...args: string[]] {
  try {
    const manifest = createResolver(join(folder, 'package.json')).resolve('wrangler/package.json')
    const script = join(dirname(manifest), 'bin', 'wrangler.js')
    if (existsSync(script)) return [process.execPath, script]
  } catch {
    // Not installed for this folder.
  }
  return ['wrangler']
}

/** Variables that hold secrets of ours: wrangler needs none of them, and would hand them on. */
const WITHHELD: readonly string[] = [KEYS_VARIABLE, 'SALLYPORT_KEYS']

function environmentFor(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const passed = Object.entries(environment).filter(([name]) => !WITHHELD.includes(name))
  return { ...Object.fromEntries(passed), NO_COLOR: '1', FORCE_COLOR: '0', WRANGLER_SEND_METRICS: 'false' }
}

/** `folder` is where wrangler looks for wrangler.toml. */
export function createWranglerRunner(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): RunWrangler {
  const [program, ...first] = findWrangler(folder)
  return (args) =>
    new Promise((resolve) => {
      const child = spawn(program, [...first, ...args], {
        cwd: folder,
        // Not a terminal: wrangler then asks nothing and never waits for an answer.
        stdio: ['ignore', 'pipe', 'pipe'],
        env: environmentFor(environment),
      })
      const chunks: Buffer[] = []
      let size = 0
      let stderr = ''
      child.stdout.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size <= MAX_STDOUT) chunks.push(chunk)
        else child.kill()
      })
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        stderr = (stderr + chunk).slice(-MAX_STDERR)
      })
      child.on('error', (error: NodeJS.ErrnoException) => {
        const why =
          error.code === 'ENOENT'
            ? 'wrangler is not installed here: npm install --save-dev wrangler'
            : `wrangler could not be started (${error.code ?? error.message})`
        resolve({ status: null, stdout: Buffer.alloc(0), stderr: why })
      })
      child.on('close', (status) => resolve({ status, stdout: Buffer.concat(chunks), stderr }))
    })
}
