/**
 * Signals of the connection that contradict the browser which the client says it is.
 * @module
 */
import type { BrowserRequest } from './browser-request.ts'
import type { Check } from './evidence.ts'

/** Versions that can no longer be made to speak TLS 1.1: Chromium 98, Firefox 97. */
const TLS_12_ONLY = { blink: 98, gecko: 97 } as const
const OLD_TLS: ReadonlySet<string> = new Set(['TLSv1', 'TLSv1.0', 'TLSv1.1'])

function speaksOldProtocol(request: BrowserRequest): boolean {
  const { facts, modern, agent, websocket, edge } = request
  if (!modern || agent.host === 'device' || websocket || edge.corporateProxy) return false
  if (facts.scheme !== 'https') return false
  return facts.client.protocol?.startsWith('HTTP/1') === true
}

function speaksOldTls({ facts, agent, edge }: BrowserRequest): boolean {
  if (edge.corporateProxy || !OLD_TLS.has(facts.client.tls ?? '')) return false
  if (agent.engine !== 'blink' && agent.engine !== 'gecko') return false
  return agent.level >= TLS_12_ONLY[agent.engine]
}

export const CONNECTION_CHECKS: readonly Check<BrowserRequest>[] = [
  { id: 'protocol-old', holds: speaksOldProtocol },
  { id: 'tls-old', holds: speaksOldTls },
]
