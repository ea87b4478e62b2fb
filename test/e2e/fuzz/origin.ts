/** A Node origin with the real verifier that answers, in one header field, with what it saw. */
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { guard } from '../../../src/origin/node.ts'
import type { OriginFailure } from '../../../src/origin/outcome.ts'
import { createVerifier } from '../../../src/origin/verifier.ts'
import { closeServer, listen } from '../../origin/apps.ts'

/** What reached the application behind the verifier. */
export interface Saw {
  readonly method: string
  readonly target: string
  /** `Sallyport-Client` as it came off the wire. */
  readonly client: string
  readonly ip: string
  readonly route: string
  readonly requestId: string
  readonly digest: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly bodyHash: string
}

export interface FuzzOrigin {
  readonly url: string
  readonly refusals: OriginFailure[]
  /** Requests that reached the verifier. */
  readonly count: { requests: number }
  close(): Promise<void>
}

export const hashOf = (body: Buffer): string => createHash('sha256').update(body).digest('base64url')

export async function openFuzzOrigin(keys: string): Promise<FuzzOrigin> {
  const refusals: OriginFailure[] = []
  const count = { requests: 0 }
  const raw = new WeakMap<object, string>()
  const verifier = createVerifier({
    keys,
    scheme: 'http',
    onDecision: ({ failure }) => {
      if (failure) refusals.push(failure)
    },
  })
  const inner = guard((request, response) => {
    const { sallyport } = request
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (!sallyport.signed) return response.writeHead(500).end()
      const saw: Saw = {
        method: request.method ?? '',
        target: request.url ?? '',
        client: raw.get(request) ?? '',
        ip: String(request.headers['x-forwarded-for']),
        route: sallyport.verdict.route,
        requestId: sallyport.requestId,
        digest: sallyport.contentDigest !== undefined,
        headers: request.headers as Record<string, string>,
        bodyHash: hashOf(Buffer.concat(chunks)),
      }
      return response
        .writeHead(200, { 'x-saw': Buffer.from(JSON.stringify(saw)).toString('base64url') })
        .end()
    })
  }, verifier)
  const server = createServer((request, response) => {
    count.requests++
    raw.set(request, String(request.headers['sallyport-client']))
    inner(request, response)
  })
  const port = await listen(server)
  return { url: `http://127.0.0.1:${port}`, refusals, count, close: () => closeServer(server) }
}
