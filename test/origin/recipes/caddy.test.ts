import { expect, test } from 'vitest'
import { caddy } from '../../../src/origin/recipes/caddy.ts'
import { FAMILIES, IDENTITY } from '../../../src/origin/restore.ts'
import { expectGolden } from './golden.ts'
import { describeSample } from './sample-description.ts'

const text = (changes = {}): string => caddy(describeSample(changes))[0]?.text ?? ''

/** From the line that opens a block to the one that closes it. */
function cutBlock(config: string, start: string): string {
  const from = config.indexOf(start)
  expect(from).toBeGreaterThan(-1)
  const indent = /[\t]*$/.exec(config.slice(0, from))?.[0] ?? ''
  return config.slice(from, config.indexOf(`\n${indent}}`, from))
}

test('the Caddyfile is the one that was run', () => {
  expectGolden('caddy', caddy(describeSample()))
})

test('the application is reached inside the admitted answer and by probes, and nowhere else', () => {
  const config = text()
  expect(config.split('reverse_proxy 127.0.0.1:3000')).toHaveLength(3)
  expect(cutBlock(config, 'handle_response @admitted')).toContain('reverse_proxy 127.0.0.1:3000')
  expect(cutBlock(config, 'handle @probe')).toContain('reverse_proxy 127.0.0.1:3000')
  expect(text({ unsigned: [] }).split('reverse_proxy 127.0.0.1:3000')).toHaveLength(2)
})

test('every field that claims an identity is taken away or set, for signed requests and for probes', () => {
  const config = text()
  for (const block of [cutBlock(config, 'handle @probe'), cutBlock(config, 'handle_response @admitted')]) {
    const lower = block.toLowerCase()
    for (const family of FAMILIES) expect(lower).toMatch(new RegExp(`-${family}\\*$`, 'm'))
    for (const name of IDENTITY) {
      const handled = new RegExp(`header_up (-${name}$|${name} \\{http\\.reverse_proxy\\.header\\.)`, 'm')
      if (!FAMILIES.some((family) => name.startsWith(family))) expect(lower, name).toMatch(handled)
    }
    expect(lower).toContain('header_up -*_*')
    expect(lower).toContain('header_up -*.*')
  }
})

test('placeholders of answered fields are in the case that Go gives them', () => {
  for (const [, name = ''] of text().matchAll(/http\.reverse_proxy\.header\.([A-Za-z-]+)/g)) {
    expect(name).toBe(name.toLowerCase().replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase()))
  }
})

test('the auth server is told the client’s request by fields that are set', () => {
  const asked = cutBlock(text(), 'reverse_proxy unix//run/sallyport/auth.sock')
  expect(asked).toContain('header_up X-Forwarded-Method {http.request.orig_method}')
  expect(asked).toContain('header_up X-Forwarded-Uri {http.request.orig_uri}')
  expect(asked).toContain('header_up X-Forwarded-Host {http.request.hostport}')
})

test('an auth server on a port is asked there, and IPv6 addresses stand in brackets', () => {
  expect(text({ server: { kind: 'tcp', host: '::1', port: 9190 } })).toContain('reverse_proxy [::1]:9190 {')
})
