/**
 * Where a running `npm start` says where it is, for `npm run tour`.
 * @module
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Folder of everything a local run keeps; ignored by git. */
export const STATE_FOLDER = '.sallyport'

export interface Running {
  readonly edge: string
  readonly origin: string
  readonly log: string
  readonly keys: string
}

const path = join(STATE_FOLDER, 'running.json')

export async function announce(running: Running): Promise<void> {
  await mkdir(STATE_FOLDER, { recursive: true, mode: 0o700 })
  await writeFile(path, `${JSON.stringify(running, null, 2)}\n`, { mode: 0o600 })
}

export async function withdraw(): Promise<void> {
  await rm(path, { force: true })
}

/** `undefined` when nothing runs from this folder. */
export async function findRunning(): Promise<Running | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Running
  } catch {
    return undefined
  }
}
