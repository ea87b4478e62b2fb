import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { type DoctorSettings, readDoctorSettings } from '../../../src/cli/doctor/doctor-settings.ts'
import { formatKeySet } from '../../../src/signature/keys.ts'
import { HMAC_KEY } from '../../signature/keys-fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-doctor-settings-'))
const keys = join(folder, 'edge.jwks.json')
writeFileSync(keys, formatKeySet({ keys: [HMAC_KEY] }))
afterAll(() => rmSync(folder, { recursive: true }))

function read(url: string, flags: { readonly authority?: string } = {}): DoctorSettings {
  const result = readDoctorSettings(url, { keys, timeout: '5', rate: '50', ...flags })
  if (!result.ok) throw new Error(result.message)
  return result.settings
}

test.each([
  ['http://a.example', {}, 'a.example', 80],
  ['http://a.example:80', {}, 'a.example', 80],
  ['http://127.0.0.1:8080', { authority: 'A.example:80' }, 'a.example', 8080],
  ['https://127.0.0.1', { authority: 'a.example:443' }, 'a.example', 443],
  ['https://127.0.0.1', { authority: 'a.example:8443' }, 'a.example:8443', 443],
  ['http://[::1]:8080', {}, '[::1]:8080', 8080],
])('%s with %j is asked as the edge asks it: for %s, at port %d', (url, flags, authority, port) => {
  const { desk, door } = read(url, flags)
  expect([desk.authority, desk.host, door.port]).toEqual([authority, authority, port])
})

test('over TLS the authority is asked for by name', () => {
  const flags = { authority: 'a.example:8443' }
  expect(read('https://192.0.2.1', flags).door).toMatchObject({
    host: '192.0.2.1',
    tls: { servername: 'a.example', insecure: false },
  })
  expect(read('http://192.0.2.1', flags).door).not.toHaveProperty('tls')
})
