/**
 * Writes each request that would be refused as one line of JSON.
 * @module
 */
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { Decision } from '../../http/decision.ts'
import type { LogRequest } from './log-request.ts'
import { toPrintable } from './printable.ts'
import { pathOf } from './tally.ts'

export interface RefusalWriter {
  /** Returns a promise only when the file is slower than the replay. */
  write(file: string, line: number, request: LogRequest, decision: Decision): void | Promise<void>
  /** Resolves when all is written. */
  close(): Promise<void>
  /** Why the stream failed; `write` and `close` throw it. */
  readonly failure: Error | undefined
}

const MAX_TEXT = 2048

/** Query, user agent and other fields are left out: they may hold secrets, and `file` and `line` find them. */
export function createRefusalWriter(stream: Writable): RefusalWriter {
  let failure: Error | undefined
  stream.on('error', (error) => {
    failure = error
  })
  return {
    write(file, line, request, decision): void | Promise<void> {
      if (failure) throw failure
      const record = {
        file,
        line,
        time: new Date(request.time).toISOString(),
        client: toPrintable(request.client, MAX_TEXT),
        host: toPrintable(request.host ?? '', MAX_TEXT),
        method: request.method,
        path: toPrintable(pathOf(request.target), MAX_TEXT),
        seen_status: request.status ?? null,
        stage: decision.stage,
        rule: decision.rule,
        status: decision.status,
        reason: decision.reason,
      }
      if (!stream.write(`${JSON.stringify(record)}\n`)) return once(stream, 'drain').then(ignore)
    },
    async close(): Promise<void> {
      if (failure) throw failure
      stream.end()
      await once(stream, 'finish')
    },
    get failure(): Error | undefined {
      return failure
    },
  }
}

function ignore(): void {}
