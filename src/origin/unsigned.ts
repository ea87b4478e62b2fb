/**
 * The paths an operator lets in without a signature: health probes, which come from the load balancer.
 * @module
 */
import type { Received } from '../signature/verify.ts'

export interface UnsignedOptions {
  /** Exact request-targets such as `/healthz`; no patterns, no query. At most 16. */
  readonly paths: readonly string[]
}

const TARGET = /^\/[A-Za-z0-9._~/-]{0,127}$/

/**
 * Makes the test for a request that may come in unsigned: GET or HEAD, exactly a listed target, no body, and no
 * upgrade: a WebSocket server that takes every path would be open to everybody.
 * @throws TypeError when a path is not plain.
 */
export function createUnsignedTest(options: UnsignedOptions | undefined): (received: Received) => boolean {
  const paths = options?.paths ?? []
  if (paths.length > 16)
    throw new TypeError('unsigned.paths lists more than 16 paths; list health probes only')
  for (const path of paths) {
    if (!TARGET.test(path)) {
      throw new TypeError(`unsigned.paths: ${JSON.stringify(path)} is not a plain path such as "/healthz"`)
    }
  }
  const listed = new Set(paths)
  return (received) =>
    listed.has(received.target) &&
    (received.method === 'GET' || received.method === 'HEAD') &&
    !hasMore(received.fields)
}

function hasMore(fields: readonly string[]): boolean {
  for (let i = 0; i < fields.length; i += 2) {
    const name = (fields[i] ?? '').toLowerCase()
    if (name === 'transfer-encoding' || name === 'upgrade') return true
    if (name === 'content-length' && fields[i + 1] !== '0') return true
  }
  return false
}
