import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { executeExplain } from '../../../src/cli/explain/execute-explain.ts'
import type { RawExplainFlags } from '../../../src/cli/explain/explain-flags.ts'
import type { RequestReport } from '../../../src/cli/explain/request-report.ts'
import { SITE } from './load.ts'

const FILES = {
  ...SITE,
  'access.yaml': `guards:
  - { id: blocklist, unlisted: pass, deny: { cidrs: [192.0.2.0/24] } }
  - { id: trial, mode: log, unlisted: pass, deny: { countries: [FR] } }
  - { id: admin, paths: [/admin], allow: { cidrs: [198.51.100.0/24] } }
`,
  'redirects.yaml': `redirects:
  - id: moved
    description: d
    expression: http.request.uri.path wildcard "/from/*"
    redirect: { status: 301, target: { expression: 'wildcard_replace(http.request.uri.path, "/from/*", "/to/\${1}")' } }
`,
  'custom.yaml': `rules:
  - id: no-limits
    description: d
    expression: http.request.uri.path eq "/healthz"
    action: skip
    skip: { phases: [http_ratelimit], rules: [probes] }
  - id: key
    description: d
    expression: http.request.headers["x-api-key"][0] eq "letmein" and http.host ne ""
    action: log
  - id: probes
    description: d
    expression: |
      any(lower(http.request.headers["user-agent"][*])[*] contains "scan")
      or (http.request.method in {"PUT" "DELETE"} and not http.request.uri.path eq "/ok")
    action: block
    status: 404
  - { id: sleeping, description: d, mode: off, expression: true, action: block }
  - { id: trial, description: d, mode: log, expression: 'ip.src.country eq "FR"', action: managed_challenge }
`,
  'limits.yaml': `limits:
  - { id: flood, characteristics: [ip.src], period: 10s, requests_per_period: 100, mitigation_timeout: 30s }
  - { id: login, paths: [/login], methods: [POST], characteristics: [ip.src], period: 60s, requests_per_period: 5 }
`,
  'transforms.yaml': `request_headers:
  - id: tell
    description: d
    expression: true
    headers: { set: { x-country: { expression: ip.src.country } }, remove: [x-debug] }
response_headers:
  - { id: hide, description: d, expression: http.response.code ge 200, headers: { remove: [server] } }
`,
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-explain-'))
  await mkdir(join(folder, 'routes'))
  for (const [path, text] of Object.entries(FILES)) await writeFile(join(folder, path), text)
})
afterAll(() => rm(folder, { recursive: true }))

async function explain(
  given: string | undefined,
  flags: Partial<RawExplainFlags> = {},
): Promise<readonly [status: number, out: string, err: string]> {
  let out = ''
  let err = ''
  const spy = vi.spyOn(console, 'error').mockImplementation((text: string) => {
    err += `${text}\n`
  })
  const status = await executeExplain(
    given,
    { policy: folder, ...flags },
    {
      out: (text) => {
        out += text
      },
      err: (text) => {
        err += `${text}\n`
      },
      now: () => Date.UTC(2026, 10, 22, 12),
    },
  )
  spy.mockRestore()
  return [status, out.replaceAll(/[0-9a-f]{16}/g, '<version>'), err]
}

async function report(given: string, flags: Partial<RawExplainFlags> = {}): Promise<RequestReport> {
  const [status, out] = await explain(given, { ...flags, json: true })
  expect(status).toBe(0)
  return JSON.parse(out) as RequestReport
}

const HOST = 'https://www.example.com'
const KNOWN = { ip: '198.18.0.1', country: 'FR', asn: 'AS64500', colo: 'CDG', tls: 'TLSv1.3', http: 'HTTP/2' }

describe('sallyport explain', () => {
  test.each<readonly [string, string, Partial<RawExplainFlags>]>([
    [
      'passed',
      `curl -X POST '${HOST}/a%62c?q=1' -H 'X-Debug: 1' -u me:pw -d a=b --http2`,
      { ...KNOWN, header: ['X-Api-Key: letmein'] },
    ],
    ['blocked', `curl -X DELETE ${HOST}/x`, { ip: '198.18.0.1' }],
    ['verbose', `${HOST}/healthz`, { ip: '198.18.0.1', country: 'DE', asn: '64500', verbose: true }],
    ['redirected', '/from/there', { ip: '198.18.0.1' }],
    ['unknown', '/admin', {}],
    ['unclean', `curl --path-as-is ${HOST}/a/../b`, {}],
    ['route', '/old?x=1', KNOWN],
  ])('tells the way of a request that is %s', async (name, given, flags) => {
    const [status, out, err] = await explain(given, flags)
    expect([status, err]).toEqual([0, ''])
    await expect(out).toMatchFileSnapshot(`golden/${name}.golden`)
  })

  test('says of each rule what it edits itself, and of one that only logs what it would', async () => {
    const set = (value: string): string => `headers: { set: { x-a: "${value}" } }`
    const twice = join(folder, 'twice')
    await mkdir(join(twice, 'routes'), { recursive: true })
    for (const [path, text] of Object.entries(SITE)) await writeFile(join(twice, path), text)
    await writeFile(
      join(twice, 'transforms.yaml'),
      `request_headers:
  - { id: one, expression: true, ${set('1')} }
  - { id: two, expression: true, ${set('2')} }
  - { id: tried, mode: log, expression: true, ${set('3')} }
`,
    )
    const { stages } = await report(`${HOST}/x`, { policy: twice })
    const late = stages.find(({ phase }) => phase === 'http_request_late_transform')
    expect(late?.items.map(({ result }) => result)).toEqual([
      'matches: set x-a: 1',
      'matches: set x-a: 2',
      'matches, logged only (in mode enforce: edit x-a)',
    ])
  })

  test('gives the same as JSON', async () => {
    const { outcome, stages, origin } = await report(`curl -X DELETE ${HOST}/x`, { ip: '198.18.0.1' })
    expect(outcome).toMatchObject({ action: 'block', status: 404, rule: 'rules.probes', stage: 'rules' })
    expect(origin).toBeUndefined()
    const custom = stages.find(({ phase }) => phase === 'http_request_firewall_custom')
    expect(custom?.items.map(({ id, result }) => `${id}: ${result}`)).toEqual([
      'rules.no-limits: no match',
      'rules.key: no match',
      'rules.probes: matches: block 404',
      'rules.sleeping: off',
      'rules.trial: not reached',
    ])
    expect(stages.slice(4).map(({ state }) => state)).toEqual(Array(4).fill('not reached'))
  })

  test('tells what earlier rules leave out', async () => {
    const { stages } = await report('/healthz', { header: ['User-Agent: scanner'] })
    expect(stages.find(({ stage }) => stage === 'limits')).toMatchObject({ state: 'skipped' })
    expect(stages.flatMap(({ items }) => items).find(({ id }) => id === 'rules.probes')).toMatchObject({
      result: 'left out by an earlier rule',
    })
  })

  test("has the edge's own endpoints answer, as the edge does", async () => {
    expect((await report('/.sallyport/health')).outcome).toMatchObject({
      action: 'respond',
      rule: 'route.own-endpoint',
    })
    expect((await report('/.sallyport/health', { ip: '192.0.2.1' })).outcome).toMatchObject({
      action: 'block',
      rule: 'access.blocklist',
    })
  })

  test('hides what rules copy from secret fields, in headers and locations', async () => {
    const copying = join(folder, 'copying')
    await mkdir(join(copying, 'routes'), { recursive: true })
    const files = {
      ...SITE,
      'redirects.yaml': `redirects:
  - id: login
    description: d
    expression: http.request.uri.path eq "/login"
    redirect: { target: { expression: 'concat("/in?", http.request.cookies["sid"][0])' } }
`,
      'transforms.yaml': `request_headers:
  - id: copy
    description: d
    expression: true
    headers: { set: { x-copy: { expression: lower(http.cookie) } } }
`,
    }
    for (const [path, text] of Object.entries(files)) await writeFile(join(copying, path), text)
    for (const path of ['/', '/login']) {
      const [status, out] = await explain(path, {
        policy: copying,
        header: ['Cookie: sid=Abcdef'],
        verbose: true,
      })
      expect(status).toBe(0)
      expect(out.toLowerCase()).not.toContain('abcdef')
      expect(out).toMatch(path === '/' ? /x-copy: \(hidden\)/ : /location \(hidden\)/)
    }
  })

  test('shows no secret, neither as text nor as JSON', async () => {
    const secret = 'v3ry-s3cret'
    const given = `curl ${HOST}/ -u me:${secret} -b sid=${secret} -H 'X-Api-Key: ${secret}' -H 'X-Token: ${secret}'`
    const encoded = Buffer.from(`me:${secret}`).toString('base64')
    for (const flags of [{}, { verbose: true }, { json: true }]) {
      const [status, out] = await explain(given, flags)
      expect(status).toBe(0)
      expect(out).toContain('(hidden)')
      expect(out).not.toContain(secret)
      expect(out).not.toContain(encoded)
    }
  })

  test.each<readonly [string | undefined, Partial<RawExplainFlags>, string]>([
    [undefined, {}, 'Name a request'],
    ['/', { url: '/' }, 'Give the URL once.'],
    ['curl https://a/', { method: 'POST' }, '--method says again'],
    ['curl --frobnicate https://a/', {}, "curl's option --frobnicate is not known here."],
    ['/', { ip: '1.2.3' }, '--ip: "1.2.3" is not an IP address. Write one address'],
    ['/', { country: 'Germany' }, '--country:'],
    ['/', { asn: 'x' }, '--asn:'],
    ['/', { colo: 'fra1' }, '--colo:'],
    ['/', { method: 'get' }, '--method: "get" is not a method.'],
    ['/', { header: ['no colon'] }, '-H takes a name and a value'],
    ['/', { header: ['a b: c'] }, '--header: "a b" is not a header name.'],
    ['ftp://me:pw@a/', {}, '--url: The URL is neither a path nor a URL'],
  ])('%j with %j is wrong usage', async (given, flags, words) => {
    const [status, out, err] = await explain(given, flags)
    expect([status, out]).toEqual([2, ''])
    expect(err).toContain(words)
    expect(err).not.toContain('pw@')
  })

  test('ends with 1 when the policy cannot be read', async () => {
    const [status, , err] = await explain('/', { policy: join(folder, 'nowhere') })
    expect(status).toBe(1)
    expect(err).toContain('There is no policy folder')
  })
})
