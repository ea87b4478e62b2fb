/**
 * Keys in a file that is written anew to rotate or revoke them: no restart.
 * @module
 */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { type KeySet, parseKeySet } from '../signature/keys.ts'
import { createReporter, type KeyReports, startPoll } from './key-poll.ts'
import { createKeyHolder, type WatchedKeys, watchHolder } from './key-source.ts'
import { importOriginKey } from './mac.ts'

export interface KeyFileOptions extends KeyReports {
  /** Milliseconds between two looks at the file, 50 to 60,000. Default 1,000. */
  readonly everyMs?: number
}

/** More than any key set may be long. */
const MAX_BYTES = 65_536

/**
 * Reads the file whole each time: it is small, and times of change are too coarse to tell two writes apart.
 * It is opened by its path, so that it may be replaced by renaming or by a link, as Kubernetes does.
 */
async function readText(path: string): Promise<string> {
  // Without waiting for a writer, should it be a pipe.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const status = await file.stat()
    if (!status.isFile()) throw new Error('it is not a file')
    if (status.size > MAX_BYTES) throw new Error(`it is longer than ${MAX_BYTES} bytes`)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

/** @throws Error that says what is wrong with which file, and how to fix it; never shows key material. */
async function readKeyFile(path: string): Promise<KeySet> {
  let text: string
  try {
    text = await readText(path)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error'
    throw new Error(`key file ${path} cannot be read: ${reason}; put origin.jwks.json there`)
  }
  const result = parseKeySet(text)
  if (!result.ok) throw new Error(`key file ${path}: ${result.error.message}`)
  for (const key of result.keySet.keys) importOriginKey(key)
  return result.keySet
}

/**
 * Reads a key file and looks at it again and again. Later, a file that is missing or broken is reported and the
 * last good set stays in use; so write a new file beside the old one and rename it.
 * @throws Error when the file cannot be read now; RangeError when `everyMs` is out of bounds.
 */
export async function watchKeyFile(path: string, options: KeyFileOptions = {}): Promise<WatchedKeys> {
  const { everyMs = 1000 } = options
  if (!(everyMs >= 50 && everyMs <= 60_000)) throw new RangeError('everyMs must be from 50 to 60000')
  const holder = createKeyHolder(await readKeyFile(path))
  const reporter = createReporter(options)

  async function ask(): Promise<void> {
    try {
      const keySet = await readKeyFile(path)
      reporter.recovered()
      if (holder.replace(keySet)) reporter.changed(keySet.keys.map((key) => key.kid))
    } catch (error) {
      reporter.failed(error instanceof Error ? error : new Error(`key file ${path} cannot be read`))
    }
  }

  return watchHolder(holder, startPoll({ everyMs, ask }))
}
