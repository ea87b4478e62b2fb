/**
 * Files with secrets.
 * @module
 */
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Writes a file that only its owner can read, in a folder that only its owner can open. What was there goes
 * first: a file that is only overwritten keeps the permissions it has, and a link leads elsewhere.
 */
export async function writePrivate(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  await rm(path, { force: true })
  await writeFile(path, content, { mode: 0o600, flag: 'wx' })
}
