/**
 * One request of the battery, as it goes onto the wire: nothing here is checked or put right.
 * @module
 */
import type { SignedMessage } from '../../signature/base.ts'

export interface Attempt {
  readonly method: string
  /** The request-target, raw. */
  readonly target: string
  /** For example `HTTP/1.1`. */
  readonly version: string
  /** Names and values by turns, one pair per line. */
  readonly fields: readonly string[]
  /** What follows the head, framed as the fields say; characters are bytes. */
  readonly body: string
  /** All bytes of the request, where it is more than fields and a body: characters are bytes. */
  readonly text?: string
  /** What the edge vouched for, of a request that was signed. */
  readonly signed?: SignedMessage
  /** Answers to wait for on the connection; the last one is judged. One unless several requests are in `body`. */
  readonly answers?: number
}

/** The bytes of an attempt, one per character. */
export function formatAttempt({ method, target, version, fields, body, text }: Attempt): string {
  if (text !== undefined) return text
  let head = `${method} ${target} ${version}\r\n`
  for (let i = 0; i < fields.length; i += 2) head += `${fields[i]}: ${fields[i + 1]}\r\n`
  return `${head}\r\n${body}`
}
