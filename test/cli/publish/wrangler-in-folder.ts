/**
 * What wrangler's commands on KV do, with a folder for a namespace. It says as the real one does that a key
 * is not there, in the one way for remote and in the other for local storage.
 */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WranglerResult } from '../../../src/cli/publish/run-wrangler.ts'

interface BulkRow {
  readonly key: string
  readonly value: string
  readonly base64?: boolean
  readonly metadata?: unknown
}

const done = (stdout: string | Buffer): WranglerResult => ({
  status: 0,
  stdout: Buffer.from(stdout),
  stderr: '',
})
const failed = (stderr: string): WranglerResult => ({ status: 1, stdout: Buffer.alloc(0), stderr })

function write(folder: string, key: string, value: Uint8Array, metadata: unknown = null): void {
  const name = encodeURIComponent(key)
  for (const each of ['values', 'metadata']) mkdirSync(join(folder, each), { recursive: true })
  writeFileSync(join(folder, 'values', name), value)
  writeFileSync(join(folder, 'metadata', name), JSON.stringify(metadata))
}

function putBulk(folder: string, file: string): WranglerResult {
  const rows: readonly BulkRow[] = JSON.parse(readFileSync(file, 'utf8'))
  for (const { key, value, base64, metadata } of rows)
    write(folder, key, Buffer.from(value, base64 ? 'base64' : 'utf8'), metadata)
  return done('Success!\n')
}

function get(folder: string, key: string, local: boolean): WranglerResult {
  const file = join(folder, 'values', encodeURIComponent(key))
  if (existsSync(file)) return done(readFileSync(file))
  return local
    ? done('Value not found\n')
    : failed(
        `X [ERROR] Failed to fetch https://api.example/values/${encodeURIComponent(key)} - 404: Not Found`,
      )
}

function list(folder: string, prefix: string): WranglerResult {
  const names = existsSync(join(folder, 'values')) ? readdirSync(join(folder, 'values')) : []
  const rows = names.flatMap((file) => {
    const name = decodeURIComponent(file)
    if (!name.startsWith(prefix)) return []
    const metadata: unknown = JSON.parse(readFileSync(join(folder, 'metadata', file), 'utf8'))
    return [metadata === null ? { name } : { name, metadata }]
  })
  return done(`${JSON.stringify(rows, null, 2)}\n`)
}

/** Notes the call in `folder/calls`. A file `folder/fail` holds the beginning of calls that fail. */
export function answerWrangler(folder: string, args: readonly string[]): WranglerResult {
  appendFileSync(join(folder, 'calls'), `${JSON.stringify(args)}\n`)
  const failing = existsSync(join(folder, 'fail')) ? readFileSync(join(folder, 'fail'), 'utf8') : ''
  if (failing !== '' && args.join(' ').startsWith(failing))
    return failed('\u001b[31mX [ERROR]\u001b[0m Authentication error [code: 10000]')
  const after = (flag: string): string => args[args.indexOf(flag) + 1] ?? ''
  const [, , , subject = ''] = args
  switch (args.slice(0, 3).join(' ')) {
    case 'kv bulk put':
      return putBulk(folder, subject)
    case 'kv key put':
      write(folder, subject, readFileSync(after('--path')))
      return done('Writing the contents\n')
    case 'kv key get':
      return get(folder, subject, args.includes('--local'))
    case 'kv key list':
      return list(folder, after('--prefix'))
    default:
      return failed('Unknown arguments')
  }
}
