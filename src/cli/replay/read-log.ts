/**
 * Reads one log from its first byte to its last and hands over every line, parsed, in order.
 * @module
 */
import { DETECTION_LINES, detectLogFormat, type LogFormat, PARSERS } from './log-format.ts'
import { type LogInput, readPlainBytes } from './log-input.ts'
import { badLine, EMPTY_LINE, type LineParser, type ParsedLine } from './log-request.ts'
import { describeReadError } from './read-error.ts'
import { createLineSplitter, MAX_LINE_BYTES, type RawLine } from './split-lines.ts'

export interface ReadOptions {
  /** Told from the first lines when absent. */
  readonly format?: LogFormat
  /** Called with bytes taken from the file, before unpacking. */
  readonly onBytes?: (count: number) => void
}

export interface LogSummary {
  /** `undefined` when the log has no line. */
  readonly format: LogFormat | undefined
  readonly lines: number
  /** Why reading stopped before the end, for a person; `undefined` when all was read. */
  readonly trouble?: string
}

/** Called for each line, in order; what it returns is awaited only when it is a promise. */
export type LineVisitor = (number: number, parsed: ParsedLine) => void | Promise<void>

const TOO_LONG = badLine(`longer than ${MAX_LINE_BYTES / 1024} KiB`)
const CUT_OFF = badLine('cut off: the file ends in the middle of this line')

/** Never throws for what is in the file; trouble with reading it is told in the summary. */
export async function readLog(
  input: LogInput,
  options: ReadOptions,
  visit: LineVisitor,
): Promise<LogSummary> {
  const splitter = createLineSplitter()
  let lines = 0
  let format = options.format
  let early: RawLine[] = []

  async function parse(batch: readonly RawLine[], parser: LineParser): Promise<void> {
    for (const line of batch) {
      lines = line.number
      const visited = visit(line.number, parseLine(line, parser))
      if (visited) await visited
    }
  }
  async function take(batch: RawLine[], last: boolean): Promise<void> {
    if (!format) {
      // Copies, because a line is only valid until the next chunk.
      early = early.concat(batch.map(({ number, bytes }) => ({ number, bytes: bytes && Buffer.from(bytes) })))
      const known = early.flatMap(({ bytes }) => (bytes && bytes.length > 0 ? [bytes] : []))
      if (known.length < DETECTION_LINES && !last) return
      if (early.length === 0) return
      format = detectLogFormat(known.slice(0, DETECTION_LINES))
      batch = early
      early = []
    }
    await parse(batch, PARSERS[format])
  }

  const source = readPlainBytes(input.open(), options.onBytes ?? ((): void => {}))
  const trouble = await drain(source, (chunk) => take(splitter.push(chunk), false))
  const rest = splitter.end()
  // What follows the last line ending of a log that was cut off is no line: half a line can parse as another.
  await take(trouble === undefined ? rest : [], true)
  if (trouble !== undefined) {
    for (const line of rest) {
      lines = line.number
      await visit(line.number, CUT_OFF)
    }
  }
  return { format, lines, ...(trouble === undefined ? {} : { trouble }) }
}

function parseLine(line: RawLine, parser: LineParser): ParsedLine {
  if (!line.bytes) return TOO_LONG
  return line.bytes.length === 0 ? EMPTY_LINE : parser(line.bytes)
}

/** Feeds all chunks; tells what ended the source early. Errors of `feed` itself are passed on. */
async function drain(
  source: AsyncGenerator<Buffer, void, void>,
  feed: (chunk: Buffer) => Promise<void>,
): Promise<string | undefined> {
  for (;;) {
    let next: IteratorResult<Buffer, void>
    try {
      next = await source.next()
    } catch (error) {
      return describeReadError(error)
    }
    if (next.done) return undefined
    await feed(next.value)
  }
}
