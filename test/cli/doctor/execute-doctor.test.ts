import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { expect, test } from 'vitest'
import { BATTERY } from '../../../src/cli/doctor/battery.ts'
import type { Finding } from '../../../src/cli/doctor/finding.ts'
import { guard } from '../../../src/origin/node.ts'
import { createMemoryReplayStore } from '../../../src/origin/replay-memory.ts'
import { createVerifier, type VerifierOptions } from '../../../src/origin/verifier.ts'
import { closeServer, listen } from '../../origin/apps.ts'
import { ED25519_KEY, HMAC_KEY } from '../../signature/keys-fixture.ts'
import { CERTIFICATE, PRIVATE_KEY } from './certificate-fixture.ts'
import { examine, examineUrl } from './open-app.ts'

const answer = (_request: unknown, response: { end(text: string): unknown }): unknown => response.end('ok\n')

/** A lock as the guide has it; the authority is not known before the server listens. */
function lock(options: Partial<VerifierOptions> = {}): ReturnType<typeof guard> {
  const doors = new Map<string, ReturnType<typeof guard>>()
  return (request, response) => {
    const authority = `127.0.0.1:${request.socket.localPort}`
    const made = guard(answer, {
      keys: { keys: [HMAC_KEY] },
      authority,
      unsigned: { paths: ['/healthz'] },
      // As if it had started long ago: else what was signed before is refused.
      replay: createMemoryReplayStore(),
      ...options,
    })
    const door = doors.get(authority) ?? made
    doors.set(authority, door)
    door(request, response)
  }
}

interface Report {
  readonly control: number
  readonly counts: Readonly<Record<string, number>>
  readonly findings: readonly Finding[]
}

const read = (text: string): Report => JSON.parse(text)
const letThrough = ({ findings }: Report): string[] =>
  findings.filter(({ verdict }) => verdict === 'let-through').map(({ name }) => name)

test('a lock that holds: nothing is let through or turned away, and the exit status is 0', async () => {
  const { status, out, err } = await examine(lock(), { unsigned: '/healthz', json: true })
  const report = read(out)
  expect(letThrough(report)).toEqual([])
  expect(report.counts['turned-away']).toBe(0)
  expect(report.findings.length).toBeGreaterThan(400)
  expect([status, err, report.control]).toEqual([0, '', 200])
})

test('with --unsafe and --bodies the whole battery is tried', async () => {
  const { status, out } = await examine(lock(), {
    unsigned: '/healthz',
    json: true,
    unsafe: true,
    bodies: true,
  })
  const report = read(out)
  expect(report.findings.length).toBe(BATTERY.length)
  expect(report.counts.skipped).toBe(0)
  expect(letThrough(report)).toEqual([])
  expect(status).toBe(0)
})

test('an open door: everything is let through, and the exit status is 1', async () => {
  const { status, out } = await examine(answer, { unsigned: '/healthz' })
  expect(status).toBe(1)
  expect(out).toContain('LET THROUGH: a plain request (200). Why it matters: the origin’s address is known')
  expect(out).toMatch(/The lock does not hold: [0-9]{3} of [0-9]{3} cases were let through\./)
  expect(out).toMatch(/\nA request that nobody signed was answered: .*$/)
})

test('without --unsafe nothing that could change something is sent', async () => {
  const methods = new Set<string>()
  await examine(
    (request, response) => {
      methods.add(request.method ?? '')
      response.end('ok')
    },
    { unsigned: '/healthz' },
  )
  expect([...methods].sort()).toEqual(['GET', 'HEAD', 'OPTIONS', 'TRACE'])
})

test.each<[name: string, options: Partial<VerifierOptions>, through: string[]]>([
  ['accepts replays', { replay: 'accept-replays' }, ['the same request again', 'eight copies at once']],
  ['takes any authority', { authority: ['127.0.0.1', 'other.example'] }, ['another host that was signed']],
])('a lock that %s is found out', async (_, options, through) => {
  const authority = options.authority
  const flags = { json: true, only: ['host', 'replay'] }
  const { status, out } = await examine(
    lock(options),
    authority === undefined ? flags : { ...flags, authority: '127.0.0.1' },
  )
  expect(letThrough(read(out))).toEqual(expect.arrayContaining(through))
  expect(status).toBe(1)
})

test('a harmless request that is turned away is told, and is no failure', async () => {
  const { status, out } = await examine(lock({ maxTtl: 45 }), { only: ['time'] })
  expect(out).toContain(
    'TURNED AWAY: the longest life (403). Why it matters: no harm where max_ttl is shorter',
  )
  expect(out).toMatch(/Nothing was let through, but 1 of \d+ cases were turned away that do no harm\.$/)
  expect(status).toBe(0)
})

test('a lock without the check of content is found out by --bodies only', async () => {
  const verifier = createVerifier({ keys: { keys: [HMAC_KEY] } })
  const blind: Parameters<typeof examine>[0] = async (request, response) => {
    const { method = '', url = '', rawHeaders } = request
    const outcome = await verifier.verify({ method, target: url, fields: rawHeaders })
    response.writeHead(outcome.ok ? 200 : outcome.status).end()
  }
  const without = await examine(blind, { json: true, only: ['body'], unsafe: true })
  expect([without.status, letThrough(read(without.out))]).toEqual([0, []])
  const flags = { json: true, only: ['body'], unsafe: true, bodies: true }
  const { status, out } = await examine(blind, flags)
  expect(letThrough(read(out))).toContain('other content than the covered')
  expect(status).toBe(1)
})

test.each([HMAC_KEY, ED25519_KEY])('no secret of a $kty key is printed', async (key) => {
  const flags = { json: true, only: ['harmless', 'signature', 'keys', 'unsigned'] }
  const { out } = await examine(lock({ keys: { keys: [key] } }), flags, key)
  const secret = key.kty === 'oct' ? key.k : (key.d ?? '')
  expect(read(out).control).toBe(200)
  expect(out).not.toContain(secret)
  expect(out).not.toMatch(/sallyport=:/)
})

test('when the control is refused it stops, and says what to look at', async () => {
  const refused = await examine(lock({ authority: 'other.example' }))
  expect(refused.status).toBe(2)
  expect(refused.out).toBe('')
  expect(refused.err).toMatch(
    /^error: An intact signed request for \/a\/b got 403\. Does the origin know the key/,
  )
  const late = await examine((_request, response) => {
    response.writeHead(403, { date: new Date(Date.now() - 600_000).toUTCString() }).end()
  })
  expect(late.err).toMatch(/clock is (599|600|601) s behind this machine's/)
  const broken = await examine((_request, response) => response.writeHead(502).end())
  expect([broken.status, broken.err]).toEqual([2, expect.stringContaining('got 502')])
  const closing = await examine((request) => request.socket.destroy())
  expect([closing.status, closing.err]).toEqual([2, expect.stringContaining('no answer (closed)')])
})

test('an origin that bans whoever is refused too often proves nothing', async () => {
  const inner = lock()
  let requests = 0
  const banning: typeof inner = (request, response) => {
    requests++
    if (requests > 20) response.writeHead(403).end()
    else inner(request, response)
  }
  const { status, out, err } = await examine(banning, { only: ['target', 'keys'] })
  expect(out).toContain('nothing was let through')
  expect([status, err]).toEqual([
    2,
    expect.stringMatching(/^error: The same request after all others: .* 403/),
  ])
})

test('an origin that cannot be reached is said to be', async () => {
  const server = createServer()
  const port = await listen(server)
  await closeServer(server)
  const gone = await examineUrl(`http://127.0.0.1:${port}`)
  expect(gone.status).toBe(2)
  expect(gone.err).toMatch(/^error: The origin cannot be reached: .*ECONNREFUSED/)
})

test('a certificate that nobody here trusts is told with what to do about it', async () => {
  const server = createSecureServer({ cert: CERTIFICATE, key: PRIVATE_KEY }, answer)
  const port = await listen(server)
  const flags = { authority: 'origin.example', only: ['time'] }
  const strange = await examineUrl(`https://127.0.0.1:${port}`, flags)
  const other = await examineUrl(`https://127.0.0.1:${port}`, { authority: 'other.example' })
  await closeServer(server)
  expect(strange.status).toBe(2)
  for (const { err } of [strange, other]) expect(err).toMatch(/certificate.*--insecure.*NODE_EXTRA_CA_CERTS/)
})

test.each<[flags: Readonly<Record<string, unknown>>, message: RegExp]>([
  [{ keys: '/nowhere/edge.jwks.json' }, /--keys: \/nowhere\/edge\.jwks\.json cannot be read/],
  [{ kid: 'k-other' }, /--kid: .* has k-20261122-hmac/],
  [{ path: 'a' }, /--path: takes a path/],
  [{ path: '/a#b' }, /--path: takes a path/],
  [{ unsigned: '/healthz?x' }, /--unsigned: takes a path/],
  [{ authority: 'a b' }, /--authority: takes a host/],
  [{ host: 'a/b' }, /--host: takes a host/],
  [{ only: ['nothing'] }, /--only: groups are harmless, target, /],
  [{ timeout: '0' }, /--timeout: takes a whole number from 1 to 60/],
  [{ rate: '1e9' }, /--rate: takes a whole number from 1 to 1000/],
])('wrong settings %j are said to be', async (flags, message) => {
  const { status, err } = await examineUrl('http://127.0.0.1:1/', flags)
  expect(status).toBe(2)
  expect(err).toMatch(message)
})

test.each(['origin.example', 'ftp://origin.example', 'http://user:secret@origin.example/'])(
  'the URL %s is refused',
  async (url) => {
    const { status, err } = await examineUrl(url)
    expect([status, err]).toEqual([2, expect.stringMatching(/^error: URL: /)])
    expect(err).not.toContain('secret')
  },
)

test('the key set of the origin, which cannot sign, is told apart', async () => {
  const key = { ...ED25519_KEY, d: undefined }
  const { status, err } = await examine(answer, {}, JSON.parse(JSON.stringify(key)))
  expect([status, err]).toEqual([2, expect.stringMatching(/--keys: k-20261122-ed25 in .* is a public key/)])
})
