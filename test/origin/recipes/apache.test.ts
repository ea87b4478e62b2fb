import { expect, test } from 'vitest'
import { apache } from '../../../src/origin/recipes/apache.ts'
import { FAMILIES, IDENTITY } from '../../../src/origin/restore.ts'
import { expectGolden } from './golden.ts'
import { describeSample } from './sample-description.ts'

function write(changes = {}): { site: string; script: string } {
  const [site, script] = apache(describeSample(changes))
  return { site: site?.text ?? '', script: script?.text ?? '' }
}

test('site and script are the ones that were run', () => {
  expectGolden('apache', apache(describeSample()))
})

test('the target is passed on as it came', () => {
  const { site } = write()
  for (const line of ['AllowEncodedSlashes NoDecode', 'MergeSlashes Off', 'HttpProtocolOptions Strict'])
    expect(site).toContain(line)
  expect(site).toMatch(/ProxyPass "\/" "http:\/\/127\.0\.0\.1:3000\/" nocanon /)
})

test('the site calls the functions that the script has', () => {
  const { site, script } = write()
  for (const [, name = ''] of site.matchAll(/LuaHook\w+ "[^"]+" (\w+) early/g))
    expect(script).toMatch(new RegExp(`^function ${name}\\(r\\)$`, 'm'))
  expect(site).toContain('LuaHookAccessChecker "/etc/apache2/sallyport.lua" check early')
})

test('the script knows every field that claims an identity', () => {
  const { script } = write()
  for (const name of IDENTITY) expect(script).toContain(`['${name}'] = true`)
  for (const family of FAMILIES) expect(script).toContain(`  '${family}',`)
})

test('values cannot end a string of Lua', () => {
  const { script } = write({ server: { kind: 'unix', path: "/run/a'b\\c" } })
  expect(script).toContain("peer:connect('/run/a\\'b\\\\c')")
})

test('an auth server on a port is asked over TCP', () => {
  const { script } = write({ server: { kind: 'tcp', host: '127.0.0.1', port: 9190 } })
  expect(script).toContain("peer:connect('127.0.0.1', 9190)")
  expect(script).not.toContain('socket.unix')
})

test('without a certificate the site speaks plain HTTP', () => {
  const { tls: _, ...plain } = describeSample()
  expect(apache(plain)[0]?.text).not.toContain('SSLEngine')
  expect(write().site).toContain('SSLCertificateFile "/etc/ssl/origin.pem"')
})
