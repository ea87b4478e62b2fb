import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ListModel } from '../../../src/bundle/model.ts'
import { FIELD_READERS } from '../../../src/http/rule-fields/readers.ts'
import { requestScheme } from '../../../src/http/rule-fields/request-scheme.ts'
import type { RuleFacts } from '../../../src/http/rule-fields/rule-facts.ts'
import type { LogicalNode } from '../../../src/lang/ast.ts'
import { compileProgram } from '../../../src/lang/compile.ts'
import { FUNCTIONS } from '../../../src/lang/functions/table.ts'
import { parseFilter } from '../../../src/lang/parse-filter.ts'
import type { Environment } from '../../../src/lang/program.ts'
import type { Value } from '../../../src/lang/value.ts'
import { createSolver, type Solver } from '../../../src/policy/analysis/solver.ts'
import { loadPolicy } from '../../../src/policy/load-policy.ts'
import { facts as anyFacts, logical } from '../../lang/compile/random-node.ts'
import { expression, requests } from './random-rules.ts'

const LISTS: readonly ListModel[] = [
  { name: 'places', kind: 'country', values: ['DE', 'FR'] },
  { name: 'hosts', kind: 'hostname', values: ['a.example', '*.a.example'] },
]
const SCHEME = requestScheme(
  new Map([
    ['places', 'Bytes'],
    ['hosts', 'Bytes'],
  ]),
  'http_request_firewall_custom',
)
const MEMBERS: Readonly<Record<string, (value: Value) => boolean>> = {
  places: (value) => value === 'DE' || value === 'FR',
  hosts: (value) => typeof value === 'string' && /^(?:.+\.)?a\.example$/i.test(value),
}
const ENVIRONMENT: Environment<RuleFacts> = {
  fields: FIELD_READERS,
  functions: FUNCTIONS,
  list: (name) => MEMBERS[name],
  nilNotEqual: false,
}

/** A new one, as there is an end to what one proves. */
let fresh: () => Solver
let solver: Solver

beforeAll(async () => {
  const route =
    'routes: [{ id: a, hosts: [app.example], path: /, forward: { origin: "https://origin.example" } }]'
  const loaded = await loadPolicy(new Map([['routes/site.yaml', route]]))
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  fresh = () => createSolver({ ...loaded.model, lists: LISTS })
  solver = fresh()
})

function parse(text: string): LogicalNode {
  const result = parseFilter(text, SCHEME)
  if (!result.ok) throw new Error(`${text}: ${result.error.message}`)
  return result.node
}

const impossible = (text: string): string | undefined =>
  solver.conflictOf([{ node: parse(text), holds: true }])?.message

describe('a filter is proved to match nothing', () => {
  test.each([
    ['http.host eq "a.example" and http.host eq "b.example"'],
    ['http.host in {"a.example" "b.example"} and not http.host in {"a.example" "b.example" "c.example"}'],
    ['http.host in {}'],
    ['ssl and not ssl'],
    ['http.request.method eq "get"'],
    ['http.request.method eq "PROPFIND"'],
    ['http.host eq "App.example"'],
    ['http.host eq "app.example:8443"'],
    ['http.host contains "Example"'],
    ['http.host eq "https://app.example/"'],
    ['http.request.uri.path eq "/a b"'],
    ['http.request.uri.path contains "//"'],
    ['http.request.uri.path contains "%2f"'],
    ['http.request.uri.path contains "%41"'],
    ['http.request.uri.path eq "login"'],
    ['starts_with(http.request.uri.path, "wp-")'],
    ['http.request.uri.path eq "/a?b=c"'],
    ['http.request.uri.path strict wildcard "/a b*"'],
    ['http.request.uri.query contains "<script"'],
    ['any(http.request.uri.args.values[*] contains "<script")'],
    ['any(http.request.uri.args["q"][*] contains " or ")'],
    ['http.request.uri.path.extension eq ".php"'],
    ['http.request.uri.path.extension in {"PHP" "ASP"}'],
    ['lower(http.user_agent) contains "Bot"'],
    ['lower(http.request.uri.path) eq "/a" and lower(http.request.uri.path) eq "/b"'],
    ['http.request.uri.path eq "/a" and starts_with(lower(http.request.uri.path), "/b")'],
    ['http.request.uri.path eq "/a" and len(http.request.uri.path) gt 5'],
    ['any(http.request.headers.names[*] eq "User-Agent")'],
    ['http.request.headers["X-Key"][0] eq "a"'],
    ['any(http.request.headers["X-Key"][*] contains "a")'],
    ['len(http.request.headers["X-Key"]) gt 0'],
    ['len(http.user_agent) lt 0'],
    ['ip.src.asnum lt 10 and ip.src.asnum gt 20'],
    ['ip.src.asnum in {1..5} and ip.src.asnum in {6..9}'],
    ['ip.src.asnum in {1..3} and ip.src.asnum ne 1 and not ip.src.asnum in {2 3}'],
    ['ip.src in {192.0.2.0/25} and ip.src in {192.0.2.128/25}'],
    ['ip.src in {192.0.2.0/24} and not ip.src in {192.0.0.0/16}'],
    ['ip.src eq ::ffff:192.0.2.1'],
    ['starts_with(http.request.uri.path, "/a") and starts_with(http.request.uri.path, "/b")'],
    ['starts_with(http.request.uri.path, "/a/b") and not starts_with(http.request.uri.path, "/a")'],
    ['http.user_agent contains "curl/8" and not http.user_agent contains "curl"'],
    ['http.user_agent contains "CURL" and not http.user_agent wildcard "*curl*"'],
    ['http.user_agent wildcard "bot*" and http.user_agent wildcard "Mozilla*"'],
    ['ends_with(http.host, ".de") and ends_with(http.host, ".fr")'],
    ['not starts_with(http.request.uri.path, "/")'],
    ['(http.host eq "a.b" or http.host eq "c.d") and http.host eq "e.f"'],
    ['ssl xor ssl'],
    ['ip.src.country in $places and ip.src.country eq "US"'],
    ['http.host eq "b.example" and http.host in $hosts'],
    ['any(http.request.headers.names[*] eq "a") and not any(http.request.headers.names[*] in {"a" "b"})'],
    ['any(http.request.headers.names[*] eq "a") and all(http.request.headers.names[*] eq "b")'],
  ])('%s', (text) => {
    expect(impossible(text)).toBeTypeOf('string')
  })
})

describe('a filter that may match is left alone', () => {
  test.each([
    ['http.host ne "a.example" and http.host ne "b.example"'],
    ['not (http.host eq "a.example" and http.host eq "b.example")'],
    ['not http.request.headers["x-key"][0] eq "a" and not http.request.headers["x-key"][0] ne "a"'],
    ['http.request.uri.path contains "%2F"'],
    ['http.request.uri.path contains "%"'],
    ['ends_with(http.request.uri.path, "%2")'],
    ['http.request.uri.path eq "/%C3%A9"'],
    ['http.request.uri.path contains "/../"'],
    ['http.host contains ":"'],
    ['http.host eq "[2001:db8::1]"'],
    ['http.host eq ""'],
    ['http.request.uri.query contains "%3Cscript"'],
    ['url_decode(http.request.uri.query) contains "<script"'],
    ['raw.http.request.uri.path contains "//"'],
    ['any(http.request.headers["x-a"][*] eq "a") and any(http.request.headers["x-a"][*] eq "b")'],
    ['all(http.request.headers["X-Key"][*] eq "a")'],
    ['all(http.request.headers.names[*] eq "a") and all(http.request.headers.names[*] eq "b")'],
    ['not any(http.request.headers.names[*] eq "User-Agent")'],
    ['ip.src in {10.0.0.0/8} and not ip.src in {10.0.0.0/9}'],
    ['ip.src.asnum gt 5 xor ip.src.asnum lt 10'],
    ['http.user_agent wildcard "a*b" and not http.user_agent wildcard "a*b*b"'],
    ['starts_with(http.user_agent, "a") and ends_with(http.user_agent, "b")'],
  ])('%s', (text) => {
    expect(impossible(text)).toBeUndefined()
  })
})

describe('one filter implies another', () => {
  const implies = (narrow: string, wide: string): boolean => solver.implies(parse(narrow), parse(wide))

  test.each([
    ['http.host eq "a.b"', 'http.host in {"a.b" "c.d"}'],
    ['http.host eq "a.b"', 'http.host eq "a.b" or ssl'],
    ['http.host eq "a.b" and ssl', 'ssl'],
    ['http.request.uri.path eq "/admin/x"', 'starts_with(http.request.uri.path, "/admin")'],
    ['starts_with(http.request.uri.path, "/admin/users")', 'starts_with(http.request.uri.path, "/admin")'],
    ['http.request.uri.path strict wildcard "/wp-admin/*"', 'http.request.uri.path wildcard "/wp-*"'],
    ['ip.src in {192.0.2.0/25}', 'ip.src in {192.0.2.0/24 10.0.0.0/8}'],
    ['ip.src eq 192.0.2.1', 'ip.src in {192.0.2.0/24}'],
    ['ip.src.asnum eq 5', 'ip.src.asnum lt 10'],
    ['ip.src.country in {"DE"}', 'ip.src.country in $places'],
    ['http.user_agent contains "curl"', 'http.request.uri.path contains "/"'],
    ['http.request.uri.path eq "/a.php"', 'http.request.uri.path matches "\\.php$"'],
    ['not ssl', 'not (ssl and http.host eq "a.b")'],
    ['any(http.request.headers.names[*] eq "a")', 'any(http.request.headers.names[*] in {"a" "b"})'],
  ])('%s: %s', (narrow, wide) => {
    expect([implies(narrow, wide), implies(wide, narrow)]).toEqual([true, false])
  })
})

describe('a proof holds', () => {
  const run = (node: LogicalNode, facts: RuleFacts): boolean => {
    const program = compileProgram(ENVIRONMENT, [node])
    return program.filter(0)(program.start(facts))
  }

  test('for requests: what cannot match never does, and what is implied always matches', () => {
    let dead = 0
    let implied = 0
    fc.assert(
      fc.property(
        expression,
        expression,
        fc.array(requests, { minLength: 4, maxLength: 12 }),
        (one, two, all) => {
          const [a, b] = [parse(one), parse(two)]
          const solver = fresh()
          const never = solver.conflictOf([{ node: a, holds: true }]) !== undefined
          const always = solver.conflictOf([{ node: a, holds: false }]) !== undefined
          const within = solver.implies(a, b)
          if (never) dead++
          if (within && !never) implied++
          for (const facts of all) {
            if (never) expect([one, run(a, facts)]).toEqual([one, false])
            if (always) expect([one, run(a, facts)]).toEqual([one, true])
            if (within && run(a, facts)) expect([one, two, run(b, facts)]).toEqual([one, two, true])
          }
        },
      ),
      { numRuns: 4000 },
    )
    expect(dead).toBeGreaterThan(200)
    expect(implied).toBeGreaterThan(50)
  }, 120_000)

  test('for trees of any shape over values that may be missing', () => {
    const environment: Environment<ReadonlyMap<string, Value>> = {
      fields: new Map(
        ['text', 'host', 'number', 'flag', 'address', 'names', 'flags', 'map', 'nested'].map((name) => [
          name,
          (facts) => facts.get(name),
        ]),
      ),
      functions: FUNCTIONS,
      list: () => (value) => typeof value === 'number' && value % 2 === 0,
      nilNotEqual: false,
    }
    let dead = 0
    fc.assert(
      fc.property(logical, logical, fc.array(anyFacts, { minLength: 4, maxLength: 12 }), (a, b, all) => {
        const solver = fresh()
        const never = solver.conflictOf([{ node: a, holds: true }]) !== undefined
        const within = solver.implies(a, b)
        if (never) dead++
        const program = compileProgram(environment, [a, b])
        for (const facts of all) {
          const frame = program.start(facts)
          const [first, second] = [program.filter(0)(frame), program.filter(1)(frame)]
          if (never) expect(first).toBe(false)
          if (within && first) expect(second).toBe(true)
        }
      }),
      { numRuns: 4000 },
    )
    expect(dead).toBeGreaterThan(30)
  }, 120_000)
})
