import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { executeTest, type RawTestFlags } from '../../../src/cli/test/execute-test.ts'
import { SITE } from '../explain/load.ts'

const GOOD = `rules:
  - id: secrets
    description: d
    expression: http.request.uri.path contains "/."
    action: block
    status: 404
    examples: { match: [/.env, /%2e%2e/.x], no_match: [/] }
`
const BAD = `tests:
  - { name: the start page is for all, request: /, expect: pass }
  - name: "names are <shown> & not 'obeyed' \\e[2J"
    request: { url: /.env, ip: 192.0.2.1 }
    expect: { action: block, rule: rules.secrets, status: 403 }
  - { name: no such thing as a block here, request: /, expect: { action: block, rule: rules.secrets } }
`

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-test-'))
  const files = { ...SITE, 'custom.yaml': GOOD }
  await policy('good', files)
  await policy('bad', { ...files, 'tests/site.yaml': BAD })
  await policy('none', SITE)
  await policy('broken', { ...SITE, 'custom.yaml': 'rules: 1\n' })
})
afterAll(() => rm(folder, { recursive: true }))

async function policy(name: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const sub of ['routes', 'tests']) await mkdir(join(folder, name, sub), { recursive: true })
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, name, path), text)
}

interface Ran {
  readonly status: number
  readonly out: string
  readonly err: string
  readonly files: ReadonlyMap<string, string>
}

async function run(name: string, flags: Partial<RawTestFlags> = {}): Promise<Ran> {
  let out = ''
  let err = ''
  const files = new Map<string, string>()
  const spy = vi.spyOn(console, 'error').mockImplementation((text: string) => {
    err += `${text}\n`
  })
  const status = await executeTest(
    { policy: join(folder, name), ...flags },
    {
      out: (text) => {
        out += text
      },
      err: (text) => {
        err += `${text}\n`
      },
      now: () => Date.UTC(2026, 10, 22, 12),
      writeFile: async (path, text) => {
        if (path.startsWith('/nowhere/')) throw new Error('no such folder')
        files.set(path, text)
      },
    },
  )
  spy.mockRestore()
  // The folder of a run has another name each time.
  const plain = (text: string): string => text.replaceAll(folder, '').replaceAll(/[0-9a-f]{16}/g, '<version>')
  return { status, out: plain(out), err: plain(err), files }
}

describe('sallyport test', () => {
  test('prints what passes by file, and ends with 0', async () => {
    const { status, out, err } = await run('good')
    expect([status, err]).toEqual([0, ''])
    await expect(out).toMatchFileSnapshot('golden/passed.golden')
  })

  test('prints of a failure what was expected, what came, who decided and why, and ends with 1', async () => {
    const { status, out } = await run('bad')
    expect(status).toBe(1)
    await expect(out).toMatchFileSnapshot('golden/failed.golden')
    expect(out).not.toContain('\u001b')
  })

  test('prints one JSON object with --json', async () => {
    const { status, out } = await run('bad', { json: true })
    expect(status).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ passed: 4, failed: 2, leftOut: 0 })
  })

  test('writes JUnit XML with --junit', async () => {
    const { status, files } = await run('bad', { junit: 'out.xml' })
    expect(status).toBe(1)
    const xml = (files.get('out.xml') ?? '').replaceAll(folder, '')
    await expect(xml).toMatchFileSnapshot('golden/junit.golden')
    // Control characters are not in XML 1.0 at all.
    expect(xml).not.toContain('\u001b')
  })

  test('says that the JUnit file cannot be written', async () => {
    const { status, err } = await run('good', { junit: '/nowhere/out.xml' })
    expect(status).toBe(2)
    expect(err).toContain('--junit: the file cannot be written (no such folder): name another one.')
  })

  test('runs what --filter names, and says when there is nothing', async () => {
    expect((await run('bad', { filter: 'start page' })).out).toContain('Tests  1 passed, 5 left out')
    const { status, out, err } = await run('bad', { filter: 'neither' })
    expect([status, out]).toEqual([2, ''])
    expect(err).toBe('No test has "neither" in its name, file or rule: there are 6 others.\n')
  })

  test('ends well without tests, and says where to write some', async () => {
    const { status, err } = await run('none')
    expect(status).toBe(0)
    expect(err).toContain('has no tests')
  })

  test('ends with 1 when the policy has problems', async () => {
    const { status, out, err } = await run('broken')
    expect([status, out]).toEqual([1, ''])
    expect(err).toContain('nothing was tested')
  })
})
