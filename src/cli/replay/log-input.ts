/**
 * Opens what is to be replayed: files or standard input, plain or gzip, as a stream of plain bytes.
 * @module
 */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { inflate, isGzip } from './inflate.ts'

export interface LogInput {
  /** As given on the command line; `-` is standard input. */
  readonly name: string
  /** Bytes on disk, compressed or not; `undefined` for what has no size (standard input, a pipe). */
  readonly size: number | undefined
  /** Opens the input. Standard input can be opened once. */
  open(): AsyncIterable<Buffer>
}

/** Throws an error that names the file when it does not exist, is a directory or may not be read. */
export async function openLogInput(name: string, stdin: AsyncIterable<Buffer>): Promise<LogInput> {
  if (name === '-') return { name, size: undefined, open: () => stdin }
  const info = await stat(name)
  if (info.isDirectory()) throw new Error('is a directory: name the log files in it')
  const size = info.isFile() ? info.size : undefined
  return { name, size, open: () => createReadStream(name, { highWaterMark: 256 * 1024 }) }
}

/**
 * The plain bytes of a source, unpacked when it starts with gzip's magic number. `onBytes` is told the bytes
 * taken from the source, before unpacking.
 */
export async function* readPlainBytes(
  source: AsyncIterable<Buffer>,
  onBytes: (count: number) => void,
): AsyncGenerator<Buffer, void, void> {
  const chunks = source[Symbol.asyncIterator]()
  try {
    let start: Buffer = Buffer.alloc(0)
    while (start.length < 2) {
      const next = await chunks.next()
      if (next.done) break
      start = Buffer.concat([start, next.value])
    }
    const all = prepend(start, chunks, onBytes)
    if (isGzip(start)) yield* inflate(all)
    else yield* all
  } finally {
    await chunks.return?.()
  }
}

async function* prepend(
  start: Buffer,
  rest: AsyncIterator<Buffer>,
  onBytes: (count: number) => void,
): AsyncGenerator<Buffer, void, void> {
  if (start.length > 0) {
    onBytes(start.length)
    yield start
  }
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    onBytes(next.value.length)
    yield next.value
  }
}
