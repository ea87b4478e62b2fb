import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { formatClaims, traefik } from '../../../src/origin/recipes/traefik.ts'
import { FAMILIES, IDENTITY } from '../../../src/origin/restore.ts'
import { describeSample } from './sample-description.ts'

const file = (name: string, changes = {}): string =>
  traefik(describeSample(changes)).find((one) => one.name === name)?.text ?? ''

/** RE2 and this language agree on everything in it but the flag's place. */
const CLAIMS = new RegExp(formatClaims().replace('(?i)', ''), 'i')

test('every field that claims an identity is taken away, in each of its spellings', () => {
  for (const name of [...IDENTITY, ...FAMILIES.map((family) => `${family}x`)])
    for (const spelling of [name, name.toUpperCase(), name.replaceAll('-', '_'), name.replaceAll('-', '.')])
      expect(CLAIMS.test(spelling), spelling).toBe(true)
})

test.each(['Accept', 'Cookie', 'X-Requested-With', 'Content-Digest', 'Host', 'User-Agent', 'X-Real-Ipx'])(
  '%s is left alone',
  (name) => {
    expect(CLAIMS.test(name)).toBe(false)
  },
)

test('no client’s forwarding field is trusted, and no request body is read', () => {
  expect(parse(file('sallyport.yaml'))).toMatchObject({
    http: {
      middlewares: {
        sallyport: {
          forwardAuth: {
            trustForwardHeader: false,
            preserveRequestMethod: false,
            forwardBody: false,
            authResponseHeadersRegex: formatClaims(),
          },
        },
      },
    },
  })
})

test('the entry point puts the check before every router and leaves the target as it came', () => {
  expect(parse(file('traefik.yaml'))).toMatchObject({
    entryPoints: {
      edge: {
        forwardedHeaders: { insecure: false, notAppendXForwardedFor: true },
        http: {
          middlewares: ['sallyport@file'],
          sanitizePath: false,
          underscoreHeadersStrategy: 'reject',
        },
      },
    },
  })
})

test('as Traefik asks over TCP only, a unix socket becomes the usual port, and says so', () => {
  const config = file('sallyport.yaml')
  expect(parse(config).http.middlewares.sallyport.forwardAuth.address).toBe('http://127.0.0.1:9190/verify')
  expect(config).toContain('--listen 127.0.0.1:9190')
  const server = { kind: 'tcp', host: '::1', port: 9000 } as const
  expect(file('sallyport.yaml', { server })).toContain('"http://[::1]:9000/verify"')
})
