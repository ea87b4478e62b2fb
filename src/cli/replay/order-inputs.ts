/**
 * Puts rotated logs into the order they were written in: `access.log access.log.1` names the newest first,
 * and limits count by time.
 * @module
 */
import type { LogFormat } from './log-format.ts'
import { DETECTION_LINES, detectLogFormat, PARSERS } from './log-format.ts'
import { type LogInput, readPlainBytes } from './log-input.ts'
import { createLineSplitter } from './split-lines.ts'

/** By the time of the first request in each; inputs that cannot be opened twice or read stay at the end. */
export async function orderInputs(inputs: readonly LogInput[], format?: LogFormat): Promise<LogInput[]> {
  if (inputs.length < 2) return [...inputs]
  const timed: { input: LogInput; time: number }[] = []
  for (const input of inputs) {
    timed.push({ input, time: input.size === undefined ? Infinity : await findFirstTime(input, format) })
  }
  // Infinity minus Infinity is no number; equal times keep the order given (sort is stable).
  return timed.sort((a, b) => (a.time === b.time ? 0 : a.time - b.time)).map(({ input }) => input)
}

async function findFirstTime(input: LogInput, format: LogFormat | undefined): Promise<number> {
  const lines: Buffer[] = []
  const splitter = createLineSplitter()
  try {
    for await (const chunk of readPlainBytes(input.open(), () => {})) {
      for (const { bytes } of splitter.push(chunk))
        if (bytes && bytes.length > 0) lines.push(Buffer.from(bytes))
      if (lines.length >= DETECTION_LINES) break
    }
    for (const { bytes } of splitter.end()) if (bytes) lines.push(bytes)
  } catch {
    // Told when the input is read for good.
  }
  const first = lines.slice(0, DETECTION_LINES)
  const parser = PARSERS[format ?? detectLogFormat(first)]
  for (const line of first) {
    const parsed = parser(line)
    if (parsed.kind === 'request') return parsed.request.time
  }
  return Infinity
}
