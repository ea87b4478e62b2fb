/** One door as an operator may describe it, and with something else in it. */
import type { Description } from '../../../src/origin/recipes/description.ts'

export function describeSample(changes: Partial<Description> = {}): Description {
  return {
    keys: '/etc/sallyport/origin.jwks.json',
    listen: { kind: 'tcp', host: '0.0.0.0', port: 8443 },
    tls: { certificate: '/etc/ssl/origin.pem', key: '/etc/ssl/private/origin.key' },
    upstream: { kind: 'tcp', host: '127.0.0.1', port: 3000 },
    authorities: ['origin.example', 'origin.example:8443'],
    scheme: 'https',
    unsigned: ['/healthz', '/live'],
    facts: ['country', 'asn', 'log'],
    skew: 5,
    maxTtl: 45,
    rate: 1000,
    server: { kind: 'unix', path: '/run/sallyport/auth.sock' },
    kubernetes: { name: 'sallyport', namespace: 'gateway' },
    ...changes,
  }
}
