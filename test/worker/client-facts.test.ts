import { expect, test } from 'vitest'
import { scanHeaderPairs } from '../../src/http/headers.ts'
import { parseAddress } from '../../src/net/address.ts'
import { clientFacts, readCloudflareClient } from '../../src/worker/client-facts.ts'

test('on Cloudflare the address is that of CF-Connecting-IP, and no other field is asked', () => {
  const forged = [
    ['x-forwarded-for', '203.0.113.1'],
    ['x-real-ip', '203.0.113.2'],
    ['true-client-ip', '203.0.113.3'],
    ['forwarded', 'for=203.0.113.4'],
  ] as const
  const real = ['CF-Connecting-IP', '192.0.2.1'] as const
  expect(readCloudflareClient(scanHeaderPairs([...forged, real]), undefined).address).toEqual(
    parseAddress('192.0.2.1'),
  )
  expect(readCloudflareClient(scanHeaderPairs(forged), undefined)).toEqual({ address: undefined })
})

test('the rest comes from the properties of the request, not from its fields', () => {
  const headers = scanHeaderPairs([
    ['cf-connecting-ip', '2001:db8::1'],
    ['cf-ipcountry', 'SE'],
    ['cf-ray', '9a3cf5b8edcb2dc8-OSL'],
  ])
  const properties = {
    country: 'NO',
    asn: 64496,
    colo: 'OSL',
    tlsVersion: 'TLSv1.3',
    httpProtocol: 'HTTP/2',
    city: 'Oslo',
  }
  expect(readCloudflareClient(headers, properties)).toEqual({
    address: parseAddress('2001:db8::1'),
    country: 'NO',
    asn: 64496,
    colo: 'OSL',
    tls: 'TLSv1.3',
    protocol: 'HTTP/2',
    ray: '9a3cf5b8edcb2dc8',
    edge: properties,
  })
})

test('what has another type than expected is unknown', () => {
  const wrong = { country: 1, asn: '64496', colo: null, tlsVersion: {}, httpProtocol: undefined }
  expect(clientFacts('192.0.2.1', wrong)).toEqual({ address: parseAddress('192.0.2.1') })
})

test.each(['', 'unknown', '192.0.2.1, 192.0.2.2', '192.0.2.256', 'fe80::1%eth0'])(
  'an address that cannot be read is unknown: %j',
  (ip) => expect(clientFacts(ip, {})).toEqual({ address: undefined }),
)

test('an IPv4-mapped address is the IPv4 address', () => {
  expect(clientFacts('::ffff:192.0.2.1', {}).address).toEqual(parseAddress('192.0.2.1'))
})
