/**
 * Where a running `npm start` says where it is, for `npm run tour` and the commands that reach a
 * running edge.
 * @module
 */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writePrivate } from './write-private.ts'

/** Folder of everything a local run keeps; ignored by git. */
export const STATE_FOLDER = '.sallyport'

export interface Running {
  readonly edge: string
  readonly origin: string
  readonly log: string
  readonly keys: string
  /** URL and token of the door to the edge's policy store. */
  readonly control: string
  readonly token: string
  /** Of the edge's operator API. */
  readonly operatorToken: string
  /** File of the private key set that signs policy for this run. */
  readonly policyKeys: string
  /** File of the policy that the edge was started with. */
  readonly baseline: string
}

const path = join(STATE_FOLDER, 'running.json')

export async function announce(running: Running): Promise<void> {
  await writePrivate(path, `${JSON.stringify(running, null, 2)}\n`)
}

export async function withdraw(): Promise<void> {
  await rm(path, { force: true })
}

const FIELDS: readonly (keyof Running)[] = [
  'edge',
  'origin',
  'log',
  'keys',
  'control',
  'token',
  'operatorToken',
  'policyKeys',
  'baseline',
]

/** Not every such file is ours: a folder from elsewhere may bring one, and signed policy goes to its `control`. */
function isRunning(value: unknown): value is Running {
  if (typeof value !== 'object' || value === null) return false
  const fields = value as Readonly<Record<string, unknown>>
  return (
    FIELDS.every((name) => typeof fields[name] === 'string') &&
    /^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(String(fields.control))
  )
}

/** `undefined` when nothing runs from this folder. */
export async function findRunning(): Promise<Running | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    return isRunning(value) ? value : undefined
  } catch {
    return undefined
  }
}
