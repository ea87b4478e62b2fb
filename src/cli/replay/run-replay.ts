/**
 * Replays logs through a policy: opens the inputs, asks the policy about each request, adds it all up.
 * @module
 */
import type { Writable } from 'node:stream'
import type { LogFormat } from './log-format.ts'
import { type LogInput, openLogInput } from './log-input.ts'
import type { ParsedLine } from './log-request.ts'
import { orderInputs } from './order-inputs.ts'
import { createProgress, type Progress } from './progress.ts'
import { describeReadError } from './read-error.ts'
import { readLog } from './read-log.ts'
import type { RefusalWriter } from './refusal-writer.ts'
import { createReport, type InputReport, type ReplayReport } from './report.ts'
import { createTally, type Judge, type Tally } from './tally.ts'

/** A policy, ready to be asked. */
export interface ReplayPolicy {
  readonly directory: string
  readonly version: string
  readonly judge: Judge
  /** What the log could not tell the policy, once all has been asked. */
  warnings(): readonly string[]
}

export interface ReplayOptions {
  readonly files: readonly string[]
  readonly format?: LogFormat
  readonly top: number
  readonly stdin: AsyncIterable<Buffer>
  /** Where the progress bar goes; `undefined` shows none. */
  readonly progress: Writable | undefined
  /** Milliseconds; for the progress bar's rate only. */
  readonly clock: () => number
  readonly refusals?: RefusalWriter
}

/** Never throws for what is in the inputs. Throws when the file of refusals cannot be written. */
export async function runReplay(policy: ReplayPolicy, options: ReplayOptions): Promise<ReplayReport> {
  const tally = createTally()
  const { inputs, reports } = await openAll(options)
  const progress = createProgress({
    stream: options.progress,
    total: sumSizes(inputs),
    clock: options.clock,
  })
  try {
    for (const input of inputs) reports.push(await replayInput(input, { policy, tally, progress, options }))
  } finally {
    progress.stop()
  }
  await options.refusals?.close()
  const { directory, version } = policy
  const context = {
    policy: { directory, version },
    inputs: reports,
    warnings: policy.warnings(),
    top: options.top,
  }
  return createReport(tally, context)
}

/** True when an input could not be read to its end, or nothing in all of them was a log line. */
export function hasInputTrouble({ inputs, totals }: ReplayReport): boolean {
  return inputs.some(({ trouble }) => trouble !== null) || totals.requests + totals.no_request === 0
}

async function openAll({ files, format, stdin }: ReplayOptions): Promise<{
  inputs: readonly LogInput[]
  reports: InputReport[]
}> {
  const inputs: LogInput[] = []
  const reports: InputReport[] = []
  for (const name of files) {
    try {
      inputs.push(await openLogInput(name, stdin))
    } catch (error) {
      reports.push({ file: name, format: null, lines: 0, trouble: describeReadError(error) })
    }
  }
  return { inputs: await orderInputs(inputs, format), reports }
}

function sumSizes(inputs: readonly LogInput[]): number | undefined {
  let total = 0
  for (const { size } of inputs) {
    if (size === undefined) return undefined
    total += size
  }
  return total
}

interface Replay {
  readonly policy: ReplayPolicy
  readonly tally: Tally
  readonly progress: Progress
  readonly options: ReplayOptions
}

async function replayInput(input: LogInput, replay: Replay): Promise<InputReport> {
  const { format } = replay.options
  const reading = { onBytes: replay.progress.addBytes, ...(format === undefined ? {} : { format }) }
  const visit = (line: number, parsed: ParsedLine): void | Promise<void> =>
    visitLine(replay, input.name, line, parsed)
  const summary = await readLog(input, reading, visit)
  return {
    file: input.name,
    format: summary.format ?? null,
    lines: summary.lines,
    trouble: summary.trouble ?? null,
  }
}

function visitLine(replay: Replay, file: string, line: number, parsed: ParsedLine): void | Promise<void> {
  const { policy, tally, progress, options } = replay
  if (parsed.kind === 'bad') return tally.addBadLine({ file, line, reason: parsed.reason })
  if (parsed.kind === 'empty') return tally.addEmptyLine()
  progress.addRequest()
  const { request } = parsed
  const finish = (verdict: Awaited<ReturnType<Judge>>): void | Promise<void> => {
    tally.addVerdict(request, verdict)
    if (verdict.terminal?.action === 'block') {
      return options.refusals?.write(file, line, request, verdict.terminal)
    }
  }
  const verdict = policy.judge(request)
  return verdict instanceof Promise ? verdict.then(finish) : finish(verdict)
}
