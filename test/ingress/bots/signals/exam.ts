/** Requests that were captured from libraries and from Chromium: an exam that lies beside the checkout. */
import { existsSync, readFileSync } from 'node:fs'
import type { FactsChange } from '../../../http/facts.ts'

export interface ExamRequest {
  readonly label: 'bot' | 'human'
  readonly client: string
  readonly proto: string
  readonly method: string
  readonly url: string
  readonly tls: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

const FILE = new URL('../../../../../shared/exams/bots/exam-headers.jsonl', import.meta.url)

/** `undefined`, with a note printed, when the exam is not there. */
export function readExam(): readonly ExamRequest[] | undefined {
  if (!existsSync(FILE)) {
    console.log('skipped: ../shared/exams/bots/exam-headers.jsonl is not there')
    return undefined
  }
  const lines = readFileSync(FILE, 'utf8').trim().split('\n')
  return lines.map((line): ExamRequest => JSON.parse(line))
}

/** The request as the edge would see it, with another User-Agent if one is given. */
export function toFacts(request: ExamRequest, userAgent?: string): FactsChange {
  const { method, url, proto, tls } = request
  const named = (wanted: string) => request.headers.find(([name]) => name.toLowerCase() === wanted)?.[1]
  const headers = request.headers.filter(([name]) => !/^(?:host|user-agent)$/i.test(name))
  const agent = userAgent ?? named('user-agent')
  return {
    method,
    target: url,
    host: '127.0.0.1:8443',
    headers: agent === undefined ? headers : [...headers, ['user-agent', agent]],
    client: {
      protocol: `HTTP/${proto === '2.0' ? '2' : proto}`,
      tls,
      edge: { clientAcceptEncoding: named('accept-encoding') ?? '' },
    },
  }
}
