/** One request and its whole answer, byte for byte. */
import {
  type Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http'

export interface Ask {
  readonly method?: string
  /** Raw request-target. */
  readonly target?: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Buffer
  readonly agent?: Agent
}

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  readonly text: string
}

/** Begins a request and leaves it open for the test to write to and end. */
export function begin(
  base: string,
  { method = 'GET', target = '/', headers = {}, agent }: Ask,
): ClientRequest {
  const { hostname, port } = new URL(base)
  const copied = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  )
  return httpRequest({ hostname, port, method, path: target, headers: copied, agent: agent ?? false })
}

export function responseOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve)
    request.once('error', reject)
  })
}

export function readAll(response: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('end', () => resolve(Buffer.concat(chunks)))
    response.on('error', reject)
    response.resume()
  })
}

/** The next piece of a body that is still being sent. */
export function nextChunk(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    response.once('data', (chunk: Buffer) => {
      response.pause()
      resolve(chunk.toString())
    })
    response.once('error', reject)
    response.once('end', () => reject(new Error('the body ended')))
    response.resume()
  })
}

export async function ask(base: string, options: Ask = {}): Promise<Reply> {
  const request = begin(base, options)
  request.end(options.body)
  const response = await responseOf(request)
  const body = await readAll(response)
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    rawHeaders: response.rawHeaders,
    body,
    text: body.toString(),
  }
}

/** What a reply says of itself when it is a problem document. */
export function problemOf(reply: Reply): Readonly<Record<string, unknown>> {
  const problem: Readonly<Record<string, unknown>> = JSON.parse(reply.text)
  return problem
}
