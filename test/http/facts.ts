/** Request facts for tests: a plain GET of a page, changed where the test says so. */
import type { ClientFacts, RequestFacts } from '../../src/http/facts.ts'
import { scanHeaderPairs } from '../../src/http/headers.ts'
import { readHost } from '../../src/http/host.ts'
import { readTarget } from '../../src/http/target.ts'
import { parseAddress } from '../../src/net/address.ts'

export interface FactsChange {
  readonly method?: string
  readonly scheme?: 'http' | 'https'
  readonly host?: string
  readonly target?: string
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly address?: string
  readonly client?: Partial<ClientFacts>
  readonly hasBody?: boolean
}

export function createFacts(change: FactsChange = {}): RequestFacts {
  const scheme = change.scheme ?? 'https'
  return {
    method: change.method ?? 'GET',
    scheme,
    host: readHost(change.host ?? 'app.example', scheme),
    target: readTarget(change.target ?? '/page'),
    rawTarget: change.target ?? '/page',
    headers: scanHeaderPairs(change.headers ?? []),
    client: { address: parseAddress(change.address ?? '192.0.2.1'), ...change.client },
    hasBody: change.hasBody ?? false,
  }
}
