import { existsSync } from 'node:fs'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { executeReplay } from '../../../src/cli/replay/execute-replay.ts'
import type { RawFlags } from '../../../src/cli/replay/replay-flags.ts'
import type { ReplayReport } from '../../../src/cli/replay/report.ts'
import { combinedLine, createPolicyFolder } from './policy-fixture.ts'

let folder = ''
let rules = ''
beforeAll(async () => {
  ;({ folder, rules } = await createPolicyFolder())
})
afterAll(() => rm(folder, { recursive: true, force: true }))

class Sink extends Writable {
  text = ''
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}

interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function replay(
  files: readonly string[],
  flags: Partial<RawFlags> = {},
  stdin = '',
  isTTY = false,
): Promise<Run> {
  const stdout = new Sink()
  const stderr = Object.assign(new Sink(), { isTTY })
  const raw = { policy: rules, scheme: 'https', top: '10', progress: true, ...flags }
  const code = await executeReplay(files, raw, {
    stdin: Readable.from([Buffer.from(stdin)], { objectMode: true }),
    stdout,
    stderr,
    clock: () => 0,
    randomBytes: (count) => new Uint8Array(count),
  })
  return { code, out: stdout.text, err: stderr.text }
}

async function replayJson(text: string, flags: Partial<RawFlags> = {}): Promise<ReplayReport> {
  const { out } = await replay(['-'], { ...flags, json: true }, text)
  return JSON.parse(out)
}

async function save(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

const SAMPLE = [
  combinedLine(0, '203.0.113.1', 'GET /a?token=secret HTTP/1.1'),
  combinedLine(1, '198.51.100.9', 'GET /a?token=secret HTTP/1.1'),
  combinedLine(2, '198.51.100.9', 'GET /b HTTP/1.1', 404),
  combinedLine(3, '203.0.113.1', 'GET /old HTTP/1.1'),
  combinedLine(4, '203.0.113.1', '-', 408),
  'rubbish\n',
  ...[5, 6, 7].map((second) => combinedLine(second, '203.0.113.2', 'POST /login HTTP/1.1', 401)),
].join('')

describe('executeReplay', () => {
  it('prints the documented JSON object and nothing else', async () => {
    const { out, err, code } = await replay(['-'], { json: true }, SAMPLE)
    const report: ReplayReport = JSON.parse(out)
    expect([code, err]).toEqual([0, ''])
    const row = { action: 'block', first: '2026-10-10T13:00:01.000Z', last: '2026-10-10T13:00:02.000Z' }
    const seen = { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, unknown: 0 }
    expect(report).toEqual({
      version: 1,
      policy: { directory: rules, version: expect.stringMatching(/^[0-9a-f]{16}$/) },
      inputs: [{ file: '-', format: 'combined', lines: 9, trouble: null }],
      first: '2026-10-10T13:00:00.000Z',
      last: '2026-10-10T13:00:07.000Z',
      totals: {
        lines: 9,
        requests: 7,
        passed: 3,
        refused: 3,
        answered: 1,
        would_log: 0,
        no_request: 1,
        bad_lines: 1,
      },
      refused_by: [
        {
          ...row,
          rule: 'access.blocklist',
          stage: 'access',
          status: 403,
          requests: 2,
          share: 2 / 7,
          reason: expect.any(String),
          fix: expect.any(String),
          seen_status: { ...seen, '2xx': 1, '4xx': 1 },
        },
        {
          ...row,
          first: '2026-10-10T13:00:07.000Z',
          last: '2026-10-10T13:00:07.000Z',
          rule: 'limits.login',
          stage: 'limits',
          status: 429,
          requests: 1,
          share: 1 / 7,
          reason: expect.any(String),
          fix: expect.any(String),
          seen_status: { ...seen, '4xx': 1 },
        },
      ],
      logged_by: [],
      answered_by: [expect.objectContaining({ action: 'redirect', status: 308, requests: 1 })],
      clients: {
        error: 0,
        rows: [
          { key: '198.51.100.9', refused: 2 },
          { key: '203.0.113.2', refused: 1 },
        ],
      },
      paths: {
        error: 0,
        rows: ['/a', '/b', '/login'].map((key) => ({ key, refused: 1 })),
      },
      bad_lines: [{ file: '-', line: 6, reason: expect.stringContaining('no quoted request line') }],
      warnings: [expect.stringContaining('no host in the log (7×)'), expect.stringContaining('ASN')],
    })
  })

  it('prints tables for people, without query values or control characters', async () => {
    const evil = combinedLine(9, '198.51.100.9', 'GET /\\x1b[2J\\xe2\\x80\\xae?token=secret HTTP/1.1')
    const { out, code } = await replay(['-'], {}, SAMPLE + evil)
    expect(code).toBe(0)
    expect(out).toContain('access.blocklist')
    expect(out).toMatch(/Refused although the server had answered 2xx or 3xx/)
    expect(out).toContain('\\x1B[2J')
    expect(out).not.toContain('secret')
    expect(out.replaceAll('\n', '')).toMatch(/^[^\p{Cc}\p{Cf}]+$/u)
  })

  it('says so when nothing would be refused', async () => {
    const { out } = await replay(['-'], {}, combinedLine(0, '203.0.113.1', 'GET / HTTP/1.1'))
    expect(out).toContain('No request would be refused.')
  })

  it('shows matches of rules in log mode, from the fields that Logpush has', async () => {
    const row = {
      ClientIP: '203.0.113.1',
      ClientCountry: 'fr',
      ClientASN: 64500,
      ClientRequestHost: 'www.example.com',
      ClientRequestMethod: 'GET',
      ClientRequestURI: '/trial',
      EdgeStartTimestamp: '2026-10-10T13:00:00Z',
    }
    const rows = [row, { ...row, ClientASN: 64496 }, { ...row, ClientCountry: 'de' }]
    const report = await replayJson(rows.map((one) => `${JSON.stringify(one)}\n`).join(''))
    expect(report.logged_by).toMatchObject([{ rule: 'access.trial', requests: 1 }])
    expect(report.refused_by).toMatchObject([{ rule: 'access.blocklist', requests: 1 }])
    expect(report.totals).toMatchObject({ passed: 2, would_log: 1 })
    expect(report.warnings).toEqual([])
  })

  it('holds the size of a request against the body cap of its route', async () => {
    const row = {
      ClientIP: '203.0.113.1',
      ClientRequestHost: 'www.example.com',
      ClientRequestURI: '/upload',
      EdgeStartTimestamp: 1_760_000_000,
    }
    const of = (method: string, bytes: number) =>
      JSON.stringify({ ...row, ClientRequestMethod: method, ClientRequestBytes: bytes })
    const report = await replayJson([of('POST', 5000), of('POST', 500), of('GET', 5000)].join('\n'))
    expect(report.refused_by).toMatchObject([{ rule: 'hygiene.body-too-large', requests: 1 }])
  })

  it('uses --host for logs without one and refuses hosts that no route has', async () => {
    const line = combinedLine(0, '203.0.113.1', 'GET / HTTP/1.1')
    const other = await replayJson(line, { host: 'other.example' })
    expect(other.refused_by).toMatchObject([{ rule: 'route.unknown-host', status: 421 }])
    const named = await replayJson(`www.example.com:443 ${line}`, { host: 'other.example' })
    expect(named.totals.passed).toBe(1)
  })

  it('replays rotated files in the order they were written, plain and gzip', async () => {
    const login = (second: number) => combinedLine(second, '203.0.113.2', 'POST /login HTTP/1.1')
    const older = await save('access.log.1.gz', gzipSync(login(0) + login(30)))
    const newer = await save('access.log', login(300) + login(301))
    const { out } = await replay([newer, older], { json: true })
    const report: ReplayReport = JSON.parse(out)
    expect(report.inputs.map(({ file }) => file)).toEqual([older, newer])
    expect(report.totals).toMatchObject({ requests: 4, refused: 0 })
  })

  it('tolerates lines out of order', async () => {
    const seconds = [10, 9, 11, 3, 12]
    const report = await replayJson(
      seconds.map((s) => combinedLine(s, '203.0.113.1', 'GET / HTTP/1.1')).join(''),
    )
    expect(report).toMatchObject({ first: '2026-10-10T13:00:03.000Z', last: '2026-10-10T13:00:12.000Z' })
    expect(report.totals.passed).toBe(5)
  })

  it('writes refusals to a file that others cannot read, without query', async () => {
    const refused = join(folder, 'refused.ndjson')
    await replay(['-'], { refused }, SAMPLE)
    const lines = (await readFile(refused, 'utf8')).trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { file: '-', line: 2, client: '198.51.100.9', path: '/a', seen_status: 200, rule: 'access.blocklist' },
      { line: 3 },
      { line: 9, rule: 'limits.login', status: 429 },
    ])
    expect(lines.join('')).not.toContain('secret')
    expect((await stat(refused)).mode & 0o077).toBe(0)
  })

  it('reports ten bad lines and counts all', async () => {
    const report = await replayJson('rubbish\n'.repeat(25) + combinedLine(0, '203.0.113.1', 'GET / HTTP/1.1'))
    expect(report.bad_lines.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(report.totals.bad_lines).toBe(25)
  })

  it('bounds the tables whatever the log, and says how far off they may be', async () => {
    const lines = Array.from({ length: 100_000 }, (_, i) =>
      combinedLine(i % 3600, `2001:db8:bad:${(i % 50_000).toString(16)}::1`, `GET /${i} HTTP/1.1`),
    )
    const heavy = combinedLine(0, '198.51.100.9', 'GET /heavy HTTP/1.1').repeat(40_000)
    const report = await replayJson(lines.join('') + heavy, { top: '3' })
    expect(report.totals.refused).toBe(140_000)
    expect(report.paths.rows).toHaveLength(3)
    expect(report.clients.error).toBeGreaterThan(0)
    expect(report.clients.rows[0]?.key).toBe('198.51.100.9')
    expect(report.clients.rows[0]?.refused).toBeGreaterThanOrEqual(40_000)
    expect(report.clients.rows[0]?.refused).toBeLessThanOrEqual(40_000 + report.clients.error)
  })

  it('draws progress on a terminal only, and not with --no-progress', async () => {
    const path = await save('progress.log', SAMPLE)
    expect((await replay([path], {}, '', true)).err).toContain('requests')
    expect((await replay(['-'], {}, SAMPLE, true)).err).toContain('requests')
    expect((await replay([path], { progress: false }, '', true)).err).toBe('')
    expect((await replay([path])).err).toBe('')
  })
})

describe('the exit code', () => {
  it('is 1 for a file that cannot be read, with the results of the others', async () => {
    const path = await save('good.log', SAMPLE)
    const { code, out } = await replay([join(folder, 'absent.log'), path, folder])
    expect(code).toBe(1)
    expect(out).toContain('no such file: check the path')
    expect(out).toContain('is a directory: name the log files in it')
    expect(out).toContain('access.blocklist')
  })

  it('is 1 for truncated gzip, with what was read', async () => {
    const path = await save('cut.log.gz', gzipSync(SAMPLE.repeat(500)).subarray(0, -20))
    const { code, out } = await replay([path], { json: true })
    const report: ReplayReport = JSON.parse(out)
    expect(code).toBe(1)
    expect(report.inputs[0]?.trouble).toContain('gzip data is cut off')
    expect(report.totals.requests).toBeGreaterThan(100)
  })

  it.each(['', 'rubbish\n'])('is 1 when no line of %j can be read', async (text) => {
    expect((await replay(['-'], {}, text)).code).toBe(1)
  })

  it('is 0 when the log has lines without a request only', async () => {
    expect((await replay(['-'], {}, combinedLine(0, '203.0.113.1', '-', 408))).code).toBe(0)
  })

  it.each<[string, Partial<RawFlags>, string]>([
    ['an unknown format', { format: 'iis' }, '--format'],
    ['an unknown scheme', { scheme: 'ftp' }, '--scheme'],
    ['a bad host', { host: 'a b' }, '--host'],
    ['a bad number of rows', { top: '0' }, '--top'],
    ['a policy that is not there', { policy: '/nonexistent/rules' }, 'no policy folder'],
    ['a file of refusals that cannot be written', { refused: '/nonexistent/x' }, '--refused'],
  ])('is 2 for %s, with nothing on standard output', async (_, flags, message) => {
    const { code, out, err } = await replay(['-'], flags, SAMPLE)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(message)
  })

  it('is 2 when refusals would overwrite a log, which stays as it is', async () => {
    const path = await save('precious.log', SAMPLE)
    const { code, err } = await replay([path], { refused: join(folder, 'rules/../precious.log') })
    expect(code).toBe(2)
    expect(err).toContain('would overwrite it')
    expect(await readFile(path, 'utf8')).toBe(SAMPLE)
  })

  it('is 2 when standard input is named twice', async () => {
    expect((await replay(['-', '-'])).code).toBe(2)
  })

  it('is 2 for a policy with problems, which are shown with file and line', async () => {
    const broken = await createPolicyFolder()
    await writeFile(join(broken.rules, 'limits.yaml'), 'limits:\n  - id: x\n    perod: 5s\n')
    const { code, out, err } = await replay(['-'], { policy: broken.rules }, SAMPLE)
    await rm(broken.folder, { recursive: true })
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/limits\.yaml:\d+:\d+: error/)
    expect(existsSync(broken.folder)).toBe(false)
  })
})
