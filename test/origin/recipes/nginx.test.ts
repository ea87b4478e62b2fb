import { describe, expect, test } from 'vitest'
import { FACTS } from '../../../src/origin/facts.ts'
import { nginxAuthRequest } from '../../../src/origin/recipes/nginx-auth-request.ts'
import { CLEARED_FIELDS, isUncleared } from '../../../src/origin/recipes/nginx-cleared.ts'
import { nginxLua } from '../../../src/origin/recipes/nginx-lua.ts'
import { nginxNjs } from '../../../src/origin/recipes/nginx-njs.ts'
import { FAMILIES, IDENTITY } from '../../../src/origin/restore.ts'
import { expectGolden } from './golden.ts'
import { describeSample } from './sample-description.ts'

const RECIPES = [
  { lb: 'nginx-njs', recipe: nginxNjs },
  { lb: 'nginx-lua', recipe: nginxLua },
  { lb: 'nginx-auth-request', recipe: nginxAuthRequest },
] as const

describe.each(RECIPES)('$lb', ({ lb, recipe }) => {
  const text = (changes = {}): string => recipe(describeSample(changes))[0]?.text ?? ''
  const fieldsSet = (config: string): Map<string, string> =>
    new Map(
      Array.from(config.matchAll(/^ {4}proxy_set_header (\S+) (.+);$/gm), ([, name = '', value = '']) => [
        name.toLowerCase(),
        value,
      ]),
    )

  test('the files are the ones that were run', () => {
    expectGolden(lb, recipe(describeSample()))
  })

  test('every field that claims an identity is set or taken away, once', () => {
    const config = text({ facts: FACTS })
    const set = fieldsSet(config)
    for (const name of [...IDENTITY, ...CLEARED_FIELDS.map((field) => field.toLowerCase())])
      expect(set.has(name), name).toBe(true)
    expect(set.get('true-client-ip')).toBe('""')
    expect(set.get('signature-input')).toBe('""')
    expect(config.match(/^ {4}proxy_set_header /gm)).toHaveLength(set.size)
    for (const fact of FACTS) expect(set.get(`sallyport-${fact}`)).toMatch(/^\$/)
  })

  test('a fact that nobody asked for is taken away', () => {
    expect(fieldsSet(text({ facts: [] })).get('sallyport-country')).toBe('""')
  })

  test('the application is passed on to in one place, without a path', () => {
    expect(text().match(/proxy_pass http:\/\/sallyport_application;/g)).toHaveLength(1)
    expect(text()).toContain('server 127.0.0.1:3000;')
    expect(text()).toContain('merge_slashes off;')
  })

  test('without a certificate the server speaks plain HTTP; IPv6 is in brackets', () => {
    const { tls: _, ...plain } = describeSample({ listen: { kind: 'tcp', host: '::1', port: 8080 } })
    const config = recipe(plain)[0]?.text ?? ''
    expect(config).toContain('listen [::1]:8080 default_server;')
    expect(config).not.toContain('ssl')
    expect(text()).toContain('listen 0.0.0.0:8443 ssl default_server;')
  })

  test('every block of the configuration is closed', () => {
    const bare = text().replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\\n]|\\.)*'|--.*$|\{[0-9,]+\}/gm, '')
    expect(bare.split('{').length).toBe(bare.split('}').length)
    expect(text()).not.toContain('undefined')
  })
})

test('the memory of nonces grows with the rate', () => {
  const zone = (rate: number): string => nginxNjs(describeSample({ rate }))[0]?.text ?? ''
  expect(zone(1000)).toContain('zone=sallyport_nonces:8m rate=1r/m;')
  expect(zone(10_000)).toContain('zone=sallyport_nonces:78m rate=1r/m;')
  expect(zone(1)).toContain('zone=sallyport_nonces:1m rate=1r/m;')
})

test('njs admits nothing that is later than nginx remembers nonces', () => {
  const script = (skew: number): string => nginxNjs(describeSample({ skew, maxTtl: 60 }))[1]?.text ?? ''
  expect(script(5)).toContain('const LAST_MOMENT = 54;')
  expect(script(0)).toContain('const LAST_MOMENT = 59;')
})

test('the members that are listed are all of a family', () => {
  const names = CLEARED_FIELDS.map((name) => name.toLowerCase())
  expect(new Set(names).size).toBe(names.length)
  for (const name of names)
    expect(IDENTITY.has(name) || FAMILIES.some((family) => name.startsWith(family)), name).toBe(true)
})

test('only other members of a family are not taken away', () => {
  for (const name of ['x-forwarded-role', 'sallyport-role', 'signature-x', 'cf-ipx', 'x-original-x'])
    expect(isUncleared(name), name).toBe(true)
  for (const name of ['x-forwarded-for', 'sallyport-client', 'signature', 'cookie', 'x-real-ip', 'cf-ray'])
    expect(isUncleared(name), name).toBe(false)
})
