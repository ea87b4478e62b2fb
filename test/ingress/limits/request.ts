import type { LimitModel } from '../../../src/bundle/model.ts'
import type { RequestFacts } from '../../../src/http/facts.ts'
import { readHost } from '../../../src/http/host.ts'
import { readTarget } from '../../../src/http/target.ts'
import { parseAddress } from '../../../src/net/address.ts'

export interface RequestParts {
  readonly method?: string
  readonly host?: string
  readonly target?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly address?: string
  readonly client?: Partial<RequestFacts['client']>
}

/** Facts of a request as the limits stage reads them. Header names in lower case. */
export function createRequest(parts: RequestParts = {}): RequestFacts {
  const headers = new Map(Object.entries(parts.headers ?? {}))
  return {
    method: parts.method ?? 'GET',
    scheme: 'https',
    host: readHost(parts.host ?? 'shop.example', 'https'),
    target: readTarget(parts.target ?? '/'),
    rawTarget: parts.target ?? '/',
    headers: { get: (name: string) => headers.get(name) } as RequestFacts['headers'],
    client: { address: parseAddress(parts.address ?? '192.0.2.1'), ...parts.client },
    hasBody: false,
  }
}

export function createLimit(change: Partial<LimitModel> = {}): LimitModel {
  return {
    id: 'all',
    description: '',
    mode: 'enforce',
    scope: { hosts: [], paths: [], methods: [] },
    requests_to_origin: false,
    characteristics: [{ kind: 'ip.src' }],
    readsBody: false,
    period: 60,
    requests_per_period: 3,
    mitigation_timeout: 30,
    action: 'block',
    on_error: 'local',
    timeout_ms: 150,
    status: 429,
    counting_scope: 'colo',
    accuracy: 'balanced',
    announce: false,
    ...change,
  }
}
