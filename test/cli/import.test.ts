import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { executeImport, type RawImportFlags } from '../../src/cli/import/execute-import.ts'
import { readPolicyFiles } from '../../src/cli/read-policy.ts'
import { loadPolicy } from '../../src/policy/load-policy.ts'

let folder = ''
let printed = ''
let errors = ''
const output = {
  out: (text: string): void => {
    printed += text
  },
  err: (text: string): void => {
    errors += `${text}\n`
  },
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-import-'))
  printed = ''
  errors = ''
})
afterEach(() => rm(folder, { recursive: true }))

const put = async (name: string, content: string): Promise<string> => {
  await writeFile(join(folder, name), content)
  return join(folder, name)
}

const rule = (expression: string): object => ({ expression, action: 'block', description: 'Test' })
const ruleset = (...rules: readonly object[]): string =>
  JSON.stringify({ phase: 'http_request_firewall_custom', rules })

const importFile = (what: 'cloudflare' | 'list', file: string, flags: RawImportFlags = {}): Promise<number> =>
  executeImport({ ...flags, what, file }, output)

describe('sallyport import', () => {
  test('writes a policy that compiles, and never over one that is there', async () => {
    const file = await put('rules.json', ruleset(rule('ip.src in $office')))
    const csv = await put('office.csv', '192.0.2.0/24,Berlin\n')
    const out = join(folder, 'rules')
    expect(await importFile('list', csv, { out })).toBe(0)
    expect(await importFile('cloudflare', file, { out })).toBe(0)
    await mkdir(join(out, 'routes'))
    const route = 'routes: [{ id: a, hosts: [a.example], path: /, forward: { origin: "https://b.example" } }]'
    await writeFile(join(out, 'routes/site.yaml'), route)
    expect(await loadPolicy(await readPolicyFiles(out))).toMatchObject({ ok: true, warnings: [] })
    const before = readFileSync(join(out, 'custom.yaml'), 'utf8')
    expect(before).not.toContain('mode: log')
    await put('rules.json', ruleset(rule('ssl')))
    expect(await importFile('cloudflare', file, { out })).toBe(1)
    expect(errors).toContain('already there; nothing was written')
    expect(readFileSync(join(out, 'custom.yaml'), 'utf8')).toBe(before)
    expect(await importFile('cloudflare', file, { out, force: true })).toBe(0)
    expect(readFileSync(join(out, 'custom.yaml'), 'utf8')).toContain('expression: ssl')
  })

  test('starts rules with a list that is not there in mode log', async () => {
    const file = await put('rules.json', ruleset(rule('not ip.src in $office')))
    const out = join(folder, 'rules')
    expect(await importFile('cloudflare', file, { out })).toBe(3)
    expect(readFileSync(join(out, 'custom.yaml'), 'utf8')).toContain('mode: log')
    expect(errors).toContain('in part   Test: Its list $office is not part of a ruleset')
    expect(existsSync(join(out, 'lists/office.txt'))).toBe(true)
  })

  test('prints without --out, and says what it left out', async () => {
    const file = await put('rules.json', ruleset(rule('ssl'), rule('cf.waf.score lt 5')))
    expect(await importFile('cloudflare', file)).toBe(3)
    expect(printed).toContain('expression: ssl')
    expect(printed).toContain('# not carried over: Test: ')
    expect(errors).toMatch(/^left out {2}Test: .*cf\.waf\.score[\s\S]*1 carried over, 1 remark\(s\)\.\n$/)
  })

  test('refuses input that is none, in a sentence', async () => {
    expect(await importFile('cloudflare', join(folder, 'nowhere.json'))).toBe(1)
    expect(errors).toContain('nowhere.json cannot be read (ENOENT)')
    expect(await importFile('cloudflare', await put('a.json', '{'))).toBe(1)
    expect(errors).toContain('This is not JSON')
    expect(await importFile('list', await put('a.csv', 'x'), { kind: 'ips' })).toBe(2)
    expect(errors).toContain('--kind must be ip, asn, country, hostname, not ips.')
    expect(await importFile('list', await put('My List.csv', 'x'))).toBe(2)
    expect(errors).toContain('Write --name')
    expect(errors).not.toMatch(/\n {4}at /)
    expect(printed).toBe('')
  })
})
