/**
 * Cuts a stream of bytes into lines with constant memory, whatever the bytes are.
 * @module
 */

/** Longest line that is read; a longer one is reported as a bad line, and its bytes are not kept. */
export const MAX_LINE_BYTES: number = 64 * 1024

/** `bytes` is without its line ending. `undefined` stands for a line longer than the bound. */
export interface RawLine {
  /** 1-based number in the file. */
  readonly number: number
  readonly bytes: Buffer | undefined
}

export interface LineSplitter {
  /** The lines that `chunk` completes. They may share memory with it: use them before the next push. */
  push(chunk: Buffer): RawLine[]
  /** The last line when it has no line ending, or nothing. */
  end(): RawLine[]
  /** Bytes kept for the next push: at most `maxBytes` plus one for a carriage return. */
  readonly pending: number
}

export function createLineSplitter(maxBytes: number = MAX_LINE_BYTES): LineSplitter {
  let kept: Buffer[] = []
  let keptBytes = 0
  let tooLong = false
  let number = 0

  function keep(part: Buffer): void {
    if (tooLong) return
    keptBytes += part.length
    if (keptBytes > maxBytes + 1) {
      tooLong = true
      kept = []
      keptBytes = 0
    } else if (part.length > 0) {
      // A copy: the chunk may be large and the stream may reuse it.
      kept.push(Buffer.from(part))
    }
  }

  function finish(part: Buffer): RawLine {
    number++
    const whole = kept.length === 0 ? part : Buffer.concat([...kept, part])
    const bytes = trimEnding(whole, number === 1)
    const line: RawLine = { number, bytes: tooLong || bytes.length > maxBytes ? undefined : bytes }
    kept = []
    keptBytes = 0
    tooLong = false
    return line
  }

  return {
    push(chunk: Buffer): RawLine[] {
      const lines: RawLine[] = []
      let from = 0
      for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, from)) {
        lines.push(finish(chunk.subarray(from, at)))
        from = at + 1
      }
      keep(chunk.subarray(from))
      return lines
    },
    end(): RawLine[] {
      return keptBytes > 0 || tooLong ? [finish(Buffer.alloc(0))] : []
    },
    get pending(): number {
      return keptBytes
    },
  }
}

/** Drops the carriage return of a CRLF and the byte order mark some editors put before a file. */
function trimEnding(line: Buffer, first: boolean): Buffer {
  const end = line[line.length - 1] === 0x0d ? line.length - 1 : line.length
  const marked = first && line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf
  return line.subarray(marked ? 3 : 0, end)
}
