/** A wrangler that keeps a namespace in a folder: as a program on the PATH, and in this process. */
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createWranglerRunner, type RunWrangler } from '../../../src/cli/publish/run-wrangler.ts'
import { answerWrangler } from './wrangler-in-folder.ts'

export interface FakeWrangler {
  readonly folder: string
  /** For child processes: the fake comes first on the PATH. */
  readonly environment: Readonly<Record<string, string>>
  /** Starts the program. */
  readonly run: RunWrangler
  /** The same, without a process. */
  readonly answer: RunWrangler
  /** The words of every call so far. */
  calls(): readonly (readonly string[])[]
  /** Calls that begin with these words fail from now on; empty: none. */
  fail(words: string): Promise<void>
  remove(): Promise<void>
}

const SCRIPT = `#!${process.execPath}
import(${JSON.stringify(fileURLToPath(new URL('wrangler-in-folder.ts', import.meta.url)))}).then(({ answerWrangler }) => {
  const { status, stdout, stderr } = answerWrangler(process.env.FAKE_WRANGLER, process.argv.slice(2))
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  process.exitCode = status
})
`

export async function createFakeWrangler(): Promise<FakeWrangler> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-wrangler-'))
  await mkdir(join(folder, 'bin'))
  const program = join(folder, 'bin', 'wrangler')
  await writeFile(program, SCRIPT)
  await chmod(program, 0o755)
  const environment = {
    FAKE_WRANGLER: folder,
    PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH ?? ''}`,
  }
  const log = join(folder, 'calls')
  const readCalls = (): string[][] =>
    readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line): string[] => JSON.parse(line))
  return {
    folder,
    environment,
    run: createWranglerRunner(folder, { ...process.env, ...environment }),
    answer: async (args) => answerWrangler(folder, args),
    calls: () => (existsSync(log) ? readCalls() : []),
    fail: (words) => writeFile(join(folder, 'fail'), words),
    remove: () => rm(folder, { recursive: true }),
  }
}
