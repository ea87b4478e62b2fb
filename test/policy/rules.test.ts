import { describe, expect, test } from 'vitest'
import { openBundle } from '../../src/bundle/bundle.ts'
import { parseAddress } from '../../src/net/address.ts'
import { loadPolicy } from '../../src/policy/load-policy.ts'

const ROUTE = 'routes: [{id: r, hosts: ["*"], path: /, respond: {status: 204}}]'

async function load(files: Record<string, string>) {
  const result = await loadPolicy(new Map(Object.entries({ 'routes/r.yaml': ROUTE, ...files })))
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result
}

async function problemsOf(files: Record<string, string>) {
  const result = await loadPolicy(new Map(Object.entries({ 'routes/r.yaml': ROUTE, ...files })))
  return result.ok ? [] : result.problems
}

const rule = (expression: string, more = ''): string =>
  `rules: [{id: a, expression: '${expression}', action: log${more}}]`

describe('rules', () => {
  test('stand in the order in which they run, whatever the order of their files', async () => {
    const { model } = await load({
      'transforms.yaml':
        'response_headers: [{id: d, expression: ssl, headers: {remove: [x]}}]\n' +
        'request_headers: [{id: c, expression: ssl, headers: {remove: [x]}}]',
      'custom.yaml': 'rules: [{id: b, expression: ssl, action: log}]',
      'redirects.yaml': 'redirects: [{id: a, expression: ssl, redirect: {target: /}}]',
    })
    expect(model.rules.map(({ id, phase }) => [id, phase])).toEqual([
      ['a', 'http_request_dynamic_redirect'],
      ['b', 'http_request_firewall_custom'],
      ['c', 'http_request_late_transform'],
      ['d', 'http_response_headers_transform'],
    ])
  })

  test('carry no spans in the bundle and keep them for checks', async () => {
    const { model, expressions } = await load({
      'custom.yaml': rule('http.host eq "ä" and ssl'),
      'limits.yaml':
        'limits: [{id: l, expression: ssl, characteristics: [ip.src], period: 10s, requests_per_period: 1}]',
    })
    expect(JSON.stringify(model)).not.toContain('"span"')
    expect(expressions.map(({ rule, role, text }) => [rule, role, text])).toEqual([
      ['rules.a', 'filter', 'http.host eq "ä" and ssl'],
      ['limits.l', 'filter', 'ssl'],
    ])
    const node = expressions[0]?.node
    const last = node?.kind === 'combine' ? node.items[1] : undefined
    const problem = expressions[0]?.problemAt(last && 'span' in last ? last.span : undefined, 'm', 'f')
    expect(problem).toMatchObject({
      file: 'custom.yaml',
      line: 1,
      column: 51,
      length: 3,
      message: 'm',
      fix: 'f',
    })
    expect(expressions[0]?.problemAt(undefined, 'm', 'f')).toMatchObject({ column: 30, length: 24 })
  })

  test('take true for every request, and point at all of it', async () => {
    const { model, expressions } = await load({
      'custom.yaml':
        'rules: [{id: a, expression: true, action: log}, {id: b, expression: " true ", action: log}]',
    })
    expect(model.rules.map(({ expression }) => expression)).toEqual(['true', 'true'])
    expect(model.rules[0]?.filter).toEqual(model.rules[1]?.filter)
    expect(JSON.stringify(expressions[0]?.node)).not.toContain('span')
    expect(expressions[0]?.problemAt(undefined, 'm', 'f')).toMatchObject({
      column: 29,
      path: 'rules[0].expression',
    })
  })

  test('name the same version for the same rules in other styles of YAML', async () => {
    const one = await load({ 'custom.yaml': rule('ssl and http.host eq "a.example"') })
    const block =
      'rules:\n  - id: a\n    action: log\n    expression: >\n      ssl and\n      http.host eq "a.example"\n'
    const other = await load({ 'custom.yaml': block })
    expect(other.model.version).toBe(one.model.version)
  })

  test('come in parts that are those of the bundle', async () => {
    const { bundle, parts, model } = await load({
      'lists/l.txt': '192.0.2.0/24',
      'custom.yaml': rule('ip.src in $l'),
    })
    expect([...parts.keys()]).toEqual(['policy.json', 'list/l'])
    expect(JSON.parse(new TextDecoder().decode(parts.get('policy.json')))).toEqual(model)
    const text = Buffer.from(bundle).toString('latin1')
    for (const part of parts.values()) expect(text).toContain(Buffer.from(part).toString('latin1'))
  })

  test('report what their expressions lack even when other files cannot be read', async () => {
    const problems = await problemsOf({
      'settings.yaml': 'nope: 1',
      'transforms.yaml': 'nope: 1',
      'custom.yaml': 'rules: [{id: a, expression: nope, action: skip, skip: {rules: [perhaps-there]}}]',
    })
    expect(problems.map(({ file, path }) => `${file} ${path}`)).toEqual([
      'custom.yaml rules[0].expression',
      'settings.yaml nope',
      'transforms.yaml nope',
    ])
  })
})

describe('lists in expressions', () => {
  const KINDS = [
    ['addresses', '192.0.2.0/24\n2001:db8::1', 'ip.src', 'ip'],
    ['numbers', 'AS64500\n64501', 'ip.src.asnum', 'asn'],
    ['countries', 'DE\nfr', 'ip.src.country', 'country'],
    ['host names', 'a.example\n*.b.example', 'http.host', 'hostname'],
    ['host names of one label', '# kind: hostname\nde', 'http.host', 'hostname'],
  ] as const

  test.each(KINDS)('hold %s', async (_, text, field, kind) => {
    const { model } = await load({ 'lists/my-list.txt': text, 'custom.yaml': rule(`${field} in $my_list`) })
    expect(model.lists).toMatchObject([{ name: 'my_list', kind }])
  })

  test.each(KINDS)('of %s are compared with nothing else', async (_, text, field) => {
    const others = KINDS.map(([, , other]) => other).filter((other) => {
      const isText = (name: string): boolean => name === 'http.host' || name === 'ip.src.country'
      return other !== field && !(isText(other) && isText(field))
    })
    for (const other of others) {
      const files = { 'lists/l.txt': text, 'custom.yaml': rule(`${other} in $l`) }
      expect([other, await problemsOf(files)]).toEqual([
        other,
        [expect.objectContaining({ message: expect.stringContaining('type'), path: 'rules[0].expression' })],
      ])
    }
  })

  test.each([
    ['ip.src', 'ip'],
    ['ip.src.asnum', 'asn'],
    ['http.host', 'hostname'],
  ])('without entries are what %s is compared with', async (field, kind) => {
    const { model } = await load({
      'lists/none.txt': '# soon\n',
      'custom.yaml': rule(`ssl and ${field} in $none`),
    })
    expect(model.lists).toMatchObject([{ name: 'none', kind }])
  })

  test('without entries cannot be two kinds', async () => {
    const [problem] = await problemsOf({
      'lists/none.txt': '',
      'custom.yaml':
        'rules: [{id: a, expression: ip.src.asnum in $none, action: log}, {id: b, expression: ip.src in $none, action: log}]',
    })
    expect(problem).toMatchObject({
      path: 'rules[1].expression',
      message: expect.stringContaining('type Ip'),
    })
  })

  test('are in the bundle only when something names them', async () => {
    const files = {
      'lists/used.txt': '192.0.2.1',
      'lists/spare.txt': '192.0.2.2',
      'lists/Odd.txt': '192.0.2.3',
    }
    const { model, parts, warnings } = await load({ ...files, 'custom.yaml': rule('ip.src in $used') })
    expect(model.lists.map(({ name }) => name)).toEqual(['used'])
    expect([...parts.keys()]).toEqual(['policy.json', 'list/used'])
    expect(warnings.map(({ file, fix }) => [file, fix])).toEqual([
      ['lists/Odd.txt', 'Name it in access.yaml, or delete the file.'],
      ['lists/spare.txt', 'Name it in access.yaml, or as $spare in an expression, or delete the file.'],
    ])
  })

  test('count as used in limits and in texts', async () => {
    const { warnings } = await load({
      'lists/a.txt': '192.0.2.1',
      'limits.yaml':
        'limits: [{id: l, expression: not ip.src in $a, characteristics: [ip.src], period: 10s, requests_per_period: 1}]',
    })
    expect(warnings).toEqual([])
  })

  test('may be shared with a guard, which settles what an empty one holds', async () => {
    const { model } = await load({
      'lists/none.txt': '',
      'access.yaml': 'guards: [{id: g, unlisted: pass, deny: {countries: [lists/none.txt]}}]',
      'custom.yaml': rule('ip.src.country in $none'),
    })
    expect(model.lists).toEqual([{ name: 'none', kind: 'country', values: [] }])
  })

  test('may hold a million networks', async () => {
    const dotted = (i: number): string => `${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}.0/24`
    const list = Array.from({ length: 1_000_000 }, (_, i) => dotted(i * 2)).join('\n')
    const { bundle, model } = await load({ 'lists/l.txt': list, 'custom.yaml': rule('ip.src in $l') })
    expect(model.lists).toEqual([{ name: 'l', kind: 'ip', part: 'list/l', count: 1_000_000 }])
    const set = openBundle(bundle.buffer).prefixSet('list/l')
    const found = ['1.0.0.1', '1.0.1.1', '31.132.126.9', '31.132.127.9'].map((text) => {
      const address = parseAddress(text)
      return address && set.lookup(address)
    })
    expect(found).toEqual([1, 0, 1, 0])
  })

  test('of names have a bound', async () => {
    const list = Array.from({ length: 200_001 }, (_, i) => `h${i}.example`).join('\n')
    const [problem] = await problemsOf({ 'lists/l.txt': list, 'custom.yaml': rule('http.host in $l') })
    expect(problem).toMatchObject({ file: 'lists/l.txt', message: expect.stringContaining('at most 200000') })
  })
})

describe('tests of a policy', () => {
  test('are the examples of rules and what tests/*.yaml hold, each with its place', async () => {
    const { tests } = await load({
      'custom.yaml':
        'rules:\n  - id: a\n    expression: ssl\n    action: log\n    examples:\n      match:\n        - POST /b\n      no_match: [{url: /c, ip: "2001:DB8::0", asn: AS5, headers: {X: [d, e]}}]\n',
      'tests/t.yaml':
        'tests:\n  - name: n\n    request: /d\n    expect: {action: pass, logged: [rules.a], request_headers: {X-A: null}}\n',
    })
    expect(tests).toEqual([
      {
        name: 'rules.a matches POST /b',
        file: 'custom.yaml',
        line: 7,
        request: { method: 'POST', url: '/b', headers: [] },
        expect: { kind: 'match', rule: 'rules.a', matches: true },
      },
      {
        name: 'rules.a does not match GET /c',
        file: 'custom.yaml',
        line: 8,
        request: {
          method: 'GET',
          url: '/c',
          ip: '2001:db8::',
          asn: 5,
          headers: [
            ['X', 'd'],
            ['X', 'e'],
          ],
        },
        expect: { kind: 'match', rule: 'rules.a', matches: false },
      },
      {
        name: 'n',
        file: 'tests/t.yaml',
        line: 2,
        request: { method: 'GET', url: '/d', headers: [] },
        expect: { kind: 'outcome', action: 'pass', logged: ['rules.a'], request_headers: { 'x-a': null } },
      },
    ])
  })

  test('are not part of the version', async () => {
    const bare = await load({})
    const tested = await load({ 'tests/t.yaml': 'tests: [{name: n, request: /, expect: respond}]' })
    expect(tested.model.version).toBe(bare.model.version)
  })
})
