import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RawDiffFlags } from '../../../src/cli/diff/diff-flags.ts'
import { executeDiff } from '../../../src/cli/diff/execute-diff.ts'
import { executePublish } from '../../../src/cli/publish/execute-publish.ts'
import { type OpenShell, openShell } from '../publish/open-shell.ts'
import { combinedLine } from '../replay/policy-fixture.ts'

let opened: OpenShell
let log = ''

const ACCESS = `guards:
  - id: blocklist
    unlisted: pass
    deny: { cidrs: [203.0.113.0/24] }
`

beforeEach(async () => {
  opened = await openShell()
  log = join(opened.folder, 'access.log')
  const lines = [1, 2, 3, 4].map((i) => combinedLine(i, `203.0.113.${i}`, `GET /${i} HTTP/1.1`))
  await writeFile(log, [...lines, combinedLine(5, '198.51.100.1', 'GET /5 HTTP/1.1', 403)].join(''))
  await executePublish(opened.flags(), opened.shell)
  opened.printed()
})
afterEach(() => opened.close())

const diff = (raw: Partial<RawDiffFlags> = {}): Promise<number> => {
  const flags = { remote: true, binding: 'RULES', policy: opened.rules, against: 'active', last: '100', log }
  return executeDiff({ ...flags, ...raw }, opened.shell)
}

describe('diff', () => {
  test('of what is active with itself has nothing to say', async () => {
    expect(await diff({ exitCode: true })).toBe(0)
    expect(opened.printed()).toMatch(/The policies say the same\.[\s\S]*last 5 request\(s\) .*: 0 /)
  })

  test('shows what changes in the policy and for whom, by rule, with examples', async () => {
    await opened.write('access.yaml', ACCESS)
    expect(await diff()).toBe(0)
    const printed = opened.printed()
    expect(printed).toContain('~ guard blocklist:')
    expect(printed).toContain('- guard trial')
    expect(printed).toMatch(/: 5 \(100\.00 %\)\n {9}4 {2}pass to site → block 403 access\.blocklist\n/)
    expect(printed).toContain('GET /1 from 203.0.113.1 (was 200)')
    expect(printed).toContain('1  block 403 access.blocklist → pass to site')
  })

  test('with --exit-code ends with 1 when anything differs', async () => {
    await opened.write('access.yaml', ACCESS)
    expect(await diff({ exitCode: true })).toBe(1)
  })

  test('looks at the last requests only, when told how many', async () => {
    await opened.write('access.yaml', ACCESS)
    await diff({ last: '2', json: true })
    const { traffic } = JSON.parse(opened.printed())
    expect([traffic.requests, traffic.different]).toEqual([2, 2])
  })

  test('compares with an earlier serial, and with the candidate', async () => {
    await opened.write('access.yaml', ACCESS)
    await executePublish(opened.flags({ shadow: true }), opened.shell)
    opened.printed()
    expect(await diff({ against: 'candidate', exitCode: true })).toBe(0)
    expect(opened.printed()).toMatch(/^From \w+ \(candidate\) to \w+ \(folder\)/)
    expect(await diff({ against: '1', exitCode: true })).toBe(1)
    expect(opened.printed()).toMatch(/^From \w+ \(serial 1\) to /)
  })

  test.each([
    ['9', 1, 'no serial 9'],
    ['candidate', 1, 'no candidate'],
    ['x', 2, '--against takes'],
    ['none.bin', 1, 'sallyport build'],
  ])('against %s ends with words that help', async (against, status, words) => {
    expect(await diff({ against })).toBe(status)
    expect(opened.printed()).toContain(words)
  })

  test.each(['0', 'x', '1000001'])('--last %s is wrong usage', async (last) => {
    expect(await diff({ last })).toBe(2)
  })

  test('says that a log cannot be read', async () => {
    expect(await diff({ log: join(opened.folder, 'none.log') })).toBe(1)
    expect(opened.printed()).toContain('none.log')
  })

  test('does not compare with what others signed', async () => {
    const flags = { remote: true, binding: 'RULES', policy: opened.rules, against: 'active', last: '9', log }
    expect(await executeDiff(flags, opened.stranger())).toBe(1)
    expect(opened.printed()).toContain('is not accepted')
  })
})
