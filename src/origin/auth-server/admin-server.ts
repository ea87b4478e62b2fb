/**
 * Health and metrics, on an address of their own: every path of the auth server's own address is a client's
 * question, and no client can reach these through the load balancer.
 * @module
 */
import { createServer, type Server } from 'node:http'

export interface AdminOptions {
  /** False while the server lets nobody in. */
  readonly isReady: () => boolean
  /** In Prometheus' text format. */
  readonly renderMetrics: () => string
}

const TEXT = 'text/plain; version=0.0.4; charset=utf-8'

export function createAdminServer({ isReady, renderMetrics }: AdminOptions): Server {
  return createServer({ maxHeaderSize: 16_384, requestTimeout: 5000 }, (request, response) => {
    const answer = (status: number, body: string): void => {
      response.writeHead(status, {
        'content-type': TEXT,
        'content-length': Buffer.byteLength(body),
        'cache-control': 'no-store',
      })
      response.end(request.method === 'HEAD' ? undefined : body)
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, 'GET or HEAD only\n')
    if (request.url === '/healthz') return isReady() ? answer(200, 'ok\n') : answer(503, 'not ready\n')
    if (request.url === '/metrics') return answer(200, renderMetrics())
    return answer(404, 'here are /healthz and /metrics\n')
  })
}
