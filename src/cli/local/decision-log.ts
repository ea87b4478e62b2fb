/**
 * The decision log of a local run: every line of both doors in one file that cannot grow without bound.
 * @module
 */
import { constants, createWriteStream, openSync, renameSync, type WriteStream } from 'node:fs'

export interface DecisionLog {
  write(line: string): void
  close(): Promise<void>
}

/** Bytes after which the file is set aside as `<path>.1` and a new one begun. */
const MAX_BYTES = 16 * 1024 * 1024

const { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } = constants
/** Begun anew. Appended to, so that whoever else empties the file leaves no hole in it. */
const ANEW = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND

/** Opens at once: a stream that opens later may find its file already set aside. */
function openFile(path: string): WriteStream {
  return createWriteStream(path, { fd: openSync(path, ANEW, 0o600) })
}

export function openDecisionLog(path: string): DecisionLog {
  let stream = openFile(path)
  let bytes = 0
  /** Resolves when all that was set aside is written. */
  let aside: Promise<unknown> = Promise.resolve()
  const end = (ending: WriteStream): Promise<void> => new Promise((resolve) => ending.end(resolve))
  return {
    write(line) {
      if (bytes > MAX_BYTES) {
        aside = Promise.all([aside, end(stream)])
        renameSync(path, `${path}.1`)
        stream = openFile(path)
        bytes = 0
      }
      bytes += line.length + 1
      stream.write(`${line}\n`)
    },
    close: async () => {
      await aside
      await end(stream)
    },
  }
}
