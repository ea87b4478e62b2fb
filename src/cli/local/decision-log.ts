/**
 * The decision log of a local run: every line of both doors in one file that cannot grow without bound.
 * @module
 */
import { createWriteStream, renameSync, type WriteStream } from 'node:fs'

export interface DecisionLog {
  write(line: string): void
  close(): Promise<void>
}

/** Bytes after which the file is set aside as `<path>.1` and a new one begun. */
const MAX_BYTES = 16 * 1024 * 1024

export function openDecisionLog(path: string): DecisionLog {
  let stream: WriteStream = createWriteStream(path, { mode: 0o600 })
  let bytes = 0
  return {
    write(line) {
      if (bytes > MAX_BYTES) {
        stream.end()
        renameSync(path, `${path}.1`)
        stream = createWriteStream(path, { mode: 0o600 })
        bytes = 0
      }
      bytes += line.length + 1
      stream.write(`${line}\n`)
    },
    close: () => new Promise((resolve) => stream.end(resolve)),
  }
}
