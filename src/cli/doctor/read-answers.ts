/**
 * Finds the answers in what an HTTP/1.1 server has sent so far.
 * @module
 */

export interface Answer {
  readonly status: number
  /** Status line and fields. */
  readonly head: string
}

const STATUS = /^HTTP\/1\.[01] ([1-9][0-9]{2})/

/** Where the content ends that begins at `start`; `undefined` while it has not come whole. */
function findEnd(
  text: string,
  start: number,
  { status, head }: Answer,
  headless: boolean,
): number | undefined {
  if (headless || status === 204 || status === 304) return start
  if (/^transfer-encoding:.*chunked/im.test(head)) return findLastChunk(text, start)
  const length = /^content-length:[ \t]*([0-9]{1,15})/im.exec(head)?.[1]
  // Without a length the content ends with the connection.
  if (length === undefined) return undefined
  const end = start + Number(length)
  return end <= text.length ? end : undefined
}

function findLastChunk(text: string, start: number): number | undefined {
  let at = start
  for (;;) {
    const line = text.indexOf('\r\n', at)
    if (line < 0) return undefined
    const size = Number.parseInt(text.slice(at, line), 16)
    if (!(size >= 0)) return undefined
    if (size === 0) {
      const end = text.indexOf('\r\n', line + 2)
      return end < 0 ? undefined : end + 2
    }
    at = line + 2 + size + 2
  }
}

/** Every final answer whose head has come. Those before the last have come whole; 100 to 103 are no answers, 101 is. */
export function readAnswers(text: string, headless: boolean): Answer[] {
  const answers: Answer[] = []
  let at = 0
  for (;;) {
    const end = text.indexOf('\r\n\r\n', at)
    if (end < 0) return answers
    const head = text.slice(at, end)
    const status = Number(STATUS.exec(head)?.[1] ?? 0)
    if (status === 0) return answers
    at = end + 4
    if (status < 200 && status !== 101) continue
    const answer = { status, head }
    answers.push(answer)
    if (status === 101) return answers
    const next = findEnd(text, at, answer, headless)
    if (next === undefined) return answers
    at = next
  }
}
