import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openBundle } from '../../src/bundle/bundle.ts'
import { ALLOW, DENY } from '../../src/bundle/model.ts'
import { readPolicyFiles } from '../../src/cli/read-policy.ts'
import { parseAddress } from '../../src/net/address.ts'
import { loadPolicy } from '../../src/policy/load-policy.ts'
import type { PolicyFiles } from '../../src/policy/problem.ts'

const RULES = new URL('../../rules/', import.meta.url).pathname
const shipped = await readPolicyFiles(RULES)
const ROUTE = 'routes: [{id: r, hosts: ["*"], path: /, respond: {status: 204}}]'

async function load(files: Record<string, string>) {
  const result = await loadPolicy(new Map(Object.entries({ 'routes/r.yaml': ROUTE, ...files })))
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result
}

async function lookUp(
  files: Record<string, string>,
  guard: string,
  texts: readonly string[],
): Promise<number[]> {
  const { bundle } = await load(files)
  const set = openBundle(bundle.buffer).prefixSet(`cidr/${guard}`)
  return texts.map((text) => {
    const address = parseAddress(text)
    if (!address) throw new Error(text)
    return set.lookup(address)
  })
}

describe('the shipped rules', () => {
  test('compile without a warning', async () => {
    const result = await loadPolicy(shipped)
    expect(result).toMatchObject({ ok: true, warnings: [] })
  })

  test('have the ids that the documentation names', async () => {
    const result = await loadPolicy(shipped)
    if (!result.ok) throw new Error('The shipped rules do not compile.')
    const { access, rules, limits, routes } = result.model
    expect(access.map(({ id }) => id)).toEqual(['blocklist', 'admin', 'eu-only'])
    expect(rules.map(({ id }) => id)).toEqual([
      'old-pages',
      'monitors',
      'secrets',
      'probes',
      'tor-login',
      'odd-methods',
      'visitor-country',
      'security-headers',
      'hsts',
    ])
    const written = limits.map(({ id }) => id).filter((id) => !id.startsWith('bots-'))
    expect(written).toEqual([
      'flood',
      'cache-busting',
      'websocket-upgrades',
      'login-address',
      'login-account',
      'login-pair',
    ])
    expect(routes.map(({ id }) => id)).toEqual(['site', 'files', 'upload', 'old', 'robots'])
  })

  test('state the defaults in settings.yaml and hygiene.yaml, as their comments say', async () => {
    const { model } = await load({})
    const result = await loadPolicy(shipped)
    if (!result.ok) throw new Error('The shipped rules do not compile.')
    expect(result.model.settings).toEqual(model.settings)
    expect(result.model.hygiene).toEqual(model.hygiene)
  })
})

describe('address lists', () => {
  test('come from files and literals, with comments, blank lines and either line end', async () => {
    const access =
      'guards: [{id: g, allow: {cidrs: [lists/a.txt, 10.0.0.0/8]}, deny: {cidrs: ["10.1.0.0/16", "::/0"]}}]'
    const list = '\ufeff# heading\r\n192.0.2.0/24 # one\r\n\r\n  2001:db8::/32\t\r\n'
    const texts = ['192.0.2.1', '2001:db8::1', '10.0.0.1', '10.1.0.1', '2001:db9::1', '8.8.8.8']
    expect(await lookUp({ 'access.yaml': access, 'lists/a.txt': list }, 'g', texts)).toEqual([
      ALLOW,
      ALLOW,
      ALLOW,
      DENY,
      DENY,
      0,
    ])
  })

  test('let deny win over allow for the same network', async () => {
    const access = 'guards: [{id: g, allow: {cidrs: [10.0.0.0/8]}, deny: {cidrs: [10.0.0.0/8]}}]'
    expect(await lookUp({ 'access.yaml': access }, 'g', ['10.0.0.1'])).toEqual([DENY])
  })

  test('report at most a handful of lines of a file that is no list', async () => {
    const list = Array.from({ length: 5000 }, (_, i) => `line ${i}`).join('\n')
    const access = 'guards: [{id: g, deny: {cidrs: [lists/a.txt]}}, {id: h, deny: {cidrs: [lists/a.txt]}}]'
    const result = await loadPolicy(
      new Map([
        ['access.yaml', access],
        ['lists/a.txt', list],
        ['routes/r.yaml', ROUTE],
      ]),
    )
    if (result.ok) throw new Error('A list of nonsense was accepted.')
    expect(result.problems.length).toBe(21)
    expect(result.problems.map(({ message }) => message)).toContain('4980 more entries are wrong')
  })

  test('may hold a hundred thousand networks', async () => {
    const dotted = (i: number): string => `${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}.0/24`
    const list = Array.from({ length: 100_000 }, (_, i) => dotted(i * 2)).join('\n')
    const access = 'guards: [{id: g, deny: {cidrs: [lists/a.txt]}}]'
    expect(
      await lookUp({ 'access.yaml': access, 'lists/a.txt': list }, 'g', ['1.0.0.1', '1.0.1.1', '1.0.2.1']),
    ).toEqual([DENY, 0, DENY])
  })
})

describe('the version', () => {
  test('is the same for the same content, whatever the order of files, comments and spelling', async () => {
    const one = await load({ 'settings.yaml': 'signature_ttl: 60s', 'limits.yaml': 'limits: []' })
    const other = await load({ 'limits.yaml': '# none\n', 'settings.yaml': 'signature_ttl: 1m # a minute' })
    expect(other.model.version).toBe(one.model.version)
    expect(other.bundle).toEqual(one.bundle)
    expect(one.model.version).toMatch(/^[0-9a-f]{16}$/)
  })

  test('changes with the model and with an address on a list', async () => {
    const access = 'guards: [{id: g, deny: {cidrs: [lists/a.txt]}}]'
    const versions = await Promise.all([
      load({}),
      load({ 'settings.yaml': 'signature_ttl: 31s' }),
      load({ 'access.yaml': access, 'lists/a.txt': '192.0.2.1' }),
      load({ 'access.yaml': access, 'lists/a.txt': '192.0.2.2' }),
    ])
    expect(new Set(versions.map(({ model }) => model.version)).size).toBe(4)
  })
})

describe('damaged rules', () => {
  const names = [...shipped.keys()]
  const snippet = fc.constantFrom(
    '',
    ' ',
    '\n',
    ':',
    '-',
    '[',
    '{',
    '"',
    '&a ',
    '*a',
    '!x ',
    '0',
    '-1',
    '1e999',
    'null',
    '~',
    '? ',
    '__proto__: 1',
    '\t',
    '\0',
    'é',
    '#',
  )
  const damage = fc.record({
    name: fc.constantFrom(...names),
    edits: fc.array(
      fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), drop: fc.nat(12), put: snippet }),
      { minLength: 1, maxLength: 3 },
    ),
  })

  function apply(
    files: PolicyFiles,
    { name, edits }: { name: string; edits: { at: number; drop: number; put: string }[] },
  ): PolicyFiles {
    let text = files.get(name) ?? ''
    for (const { at, drop, put } of edits) {
      const index = Math.floor(at * text.length)
      text = text.slice(0, index) + put + text.slice(index + drop)
    }
    return new Map(files).set(name, text)
  }

  test('give a bundle that opens, or problems that point into a file and say what to do', async () => {
    const seen = { ok: 0, wrong: 0 }
    await fc.assert(
      fc.asyncProperty(damage, async (change) => {
        const files = apply(shipped, change)
        const result = await loadPolicy(files)
        if (result.ok) {
          seen.ok++
          expect(openBundle(result.bundle.buffer).model).toEqual(result.model)
          return
        }
        seen.wrong++
        expect(result.problems.length).toBeGreaterThan(0)
        for (const { file, line, column, message, fix } of result.problems) {
          const source = files.get(file)?.split('\n')[line - 1]
          expect(source).toBeDefined()
          expect(column).toBeGreaterThanOrEqual(1)
          expect(column).toBeLessThanOrEqual((source ?? '').length + 1)
          expect(message.length * fix.length).toBeGreaterThan(0)
        }
      }),
      { numRuns: 400 },
    )
    expect(Math.min(seen.ok, seen.wrong)).toBeGreaterThan(0)
  })

  test('never throw for any text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.string({ unit: 'binary', maxLength: 60 }),
        async (name, text) => {
          await loadPolicy(new Map([[name, text]]))
        },
      ),
    )
  })

  test.each([
    ['brackets', '['.repeat(200_000)],
    ['maps', '{a: '.repeat(200_000)],
    ['lists', '- '.repeat(200_000)],
  ])('do not overflow the stack with nested %s', async (_, text) => {
    expect(await loadPolicy(new Map([['settings.yaml', text]]))).toMatchObject({ ok: false })
  })

  test.each(['__proto__', 'constructor', 'toString'])(
    'do not take the key %s for a known one',
    async (key) => {
      const result = await loadPolicy(
        new Map([
          ['settings.yaml', `${key}: 1`],
          ['routes/r.yaml', ROUTE],
        ]),
      )
      expect(result.ok).toBe(false)
    },
  )
})
