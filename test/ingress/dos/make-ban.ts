/** Bans and requests for tests. */
import type { RequestFacts } from '../../../src/http/facts.ts'
import { readHost } from '../../../src/http/host.ts'
import { readTarget } from '../../../src/http/target.ts'
import type { Ban } from '../../../src/ingress/dos/watch-protocol.ts'
import { parseAddress } from '../../../src/net/address.ts'

export const NOW: number = Date.UTC(2026, 10, 23)

let made = 0

export function makeBan(ban: Partial<Ban> = {}): Ban {
  return {
    id: (++made).toString(16).padStart(16, '0'),
    level: 'address',
    key: '192.0.2.1',
    action: 'block',
    created: NOW,
    until: NOW + 60_000,
    reason: 'It sends too much.',
    by: 'detection',
    strikes: 1,
    ...ban,
  }
}

interface Sent {
  readonly ip?: string
  readonly asn?: number
  readonly ja4?: string
  readonly path?: string
  readonly agent?: string
}

export function makeFacts({ ip, asn, ja4, path = '/', agent }: Sent = {}): RequestFacts {
  return {
    method: 'GET',
    scheme: 'https',
    host: readHost('www.example.com', 'https'),
    target: readTarget(path),
    rawTarget: path,
    headers: {
      get: (name: string) => (name === 'user-agent' ? agent : undefined),
    } as RequestFacts['headers'],
    client: {
      address: ip === undefined ? undefined : parseAddress(ip),
      ...(asn === undefined ? {} : { asn }),
      ...(ja4 === undefined ? {} : { edge: { botManagement: { ja4 } } }),
    },
    hasBody: false,
  }
}
