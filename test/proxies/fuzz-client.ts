/** Sends fuzzed requests to the edge over kept connections, and tells what differs at the other end. */
import { Agent, request as httpRequest } from 'node:http'
import { formatForwarded } from '../../src/origin/restore.ts'
import { parseClient } from '../../src/signature/fields.ts'
import { makeValid, type ValidRequest } from '../e2e/fuzz/make-request.ts'
import { hashOf } from '../e2e/fuzz/origin.ts'
import type { Random } from '../e2e/fuzz/random.ts'
import type { Seen } from './echo-origin.ts'
import type { FuzzOrigin } from './fuzz-origin.ts'

const AT_ONCE = 32
/** Differences told in full; the others are counted. */
const TOLD = 10

interface Answer {
  readonly status: number
  readonly requestId: string
  readonly text: string
}

/** Set by the edge for every visitor; what the proxy makes of it is compared. */
function expectedFields({ expected }: ValidRequest, requestId: string): ReadonlyMap<string, string> {
  const client = parseClient(expected.client)
  if (!client) return new Map()
  const { ip, host, scheme, country, asn } = client
  return new Map([
    ['host', host],
    ['x-forwarded-for', ip],
    ['x-forwarded-host', host],
    ['x-forwarded-proto', scheme],
    ['x-real-ip', ip],
    ['x-request-id', requestId],
    ['forwarded', formatForwarded(ip, undefined, host, scheme)],
    ...(country === undefined ? [] : ([['sallyport-country', country]] as const)),
    ...(asn === undefined ? [] : ([['sallyport-asn', String(asn)]] as const)),
    ...Object.entries(expected.kept),
  ])
}

function compare(
  request: ValidRequest,
  { status, requestId, text }: Answer,
  seen: Seen | undefined,
): string[] {
  if (status !== 204 || seen === undefined) return [`refused with ${status}: ${text.slice(0, 300)}`]
  const { method, body, expected } = request
  const faults: string[] = []
  const same = (name: string, want: string, got: string): void => {
    if (want !== got) faults.push(`${name}: ${JSON.stringify(want)} became ${JSON.stringify(got)}`)
  }
  same('method', method, seen.method)
  same('target', expected.target, seen.url)
  same('content', hashOf(body ?? Buffer.alloc(0)), seen.bodyHash)
  const got = new Map<string, string[]>()
  for (let i = 0; i < seen.fields.length; i += 2) {
    const name = (seen.fields[i] ?? '').toLowerCase()
    got.set(name, [...(got.get(name) ?? []), seen.fields[i + 1] ?? ''])
  }
  for (const [name, want] of expectedFields(request, requestId))
    same(name, want, (got.get(name) ?? []).join('\n'))
  if (seen.fields.some((value) => value.includes('192.0.2.66'))) faults.push('a spoofed field arrived')
  return faults
}

function send(
  agent: Agent,
  port: number,
  { method, target, headers, body, chunked }: ValidRequest,
): Promise<Answer> {
  const length = body === undefined ? undefined : String(body.length)
  const framing: Record<string, string> =
    length === undefined ? {} : chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': length }
  return new Promise((resolve, reject) => {
    const options = { hostname: '127.0.0.1', port, method, path: target, agent }
    const request = httpRequest({ ...options, headers: { ...headers, ...framing } }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('error', reject)
      response.on('end', () => {
        const requestId = String(response.headers['sallyport-request-id'])
        resolve({ status: response.statusCode ?? 0, requestId, text })
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

export interface FuzzResult {
  /** The first differences, each with its request. */
  readonly told: readonly string[]
  readonly differing: number
  /** Requests by kind. */
  readonly kinds: Readonly<Record<string, number>>
}

/** Sends `count` valid requests through the edge at `url`. */
export async function fuzz(
  url: string,
  origin: FuzzOrigin,
  random: Random,
  count: number,
): Promise<FuzzResult> {
  const { host, port } = new URL(url)
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const told: string[] = []
  const kinds: Record<string, number> = {}
  let differing = 0
  let left = count
  const work = async (): Promise<void> => {
    while (left-- > 0) {
      const request = makeValid(random, host)
      const answer = await send(agent, Number(port), request)
      const content = request.body === undefined ? 'empty' : request.expected.digest ? 'digest' : 'streamed'
      const kind = `${request.expected.route} ${content}`
      kinds[kind] = (kinds[kind] ?? 0) + 1
      const faults = compare(request, answer, origin.take(answer.requestId))
      if (faults.length === 0) continue
      differing++
      if (told.length < TOLD) told.push([`${request.method} ${request.target}`, ...faults].join('\n'))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  agent.destroy()
  return { told, differing, kinds }
}
