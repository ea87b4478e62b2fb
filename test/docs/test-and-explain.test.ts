import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { explainCommand } from '../../src/cli/explain.ts'
import { renderTests } from '../../src/cli/test/render-tests.ts'
import { runPolicyTests } from '../../src/cli/test/run-policy-tests.ts'
import { testCommand } from '../../src/cli/test.ts'
import { type Files, load } from '../cli/explain/load.ts'
import { readBlocks, readPage, readTable } from './page.ts'

const PAGE = readPage('test-and-explain.md')

describe('docs/test-and-explain.md', () => {
  test.each([
    ['test', testCommand()],
    ['explain', explainCommand()],
  ])('lists every option of %s, and no other', (name, command) => {
    const cells = readTable(PAGE, `## Options of ${name}`)
      .map(([cell = '']) => cell)
      .filter((cell) => cell.includes('--'))
    const listed = cells.flatMap((cell) => cell.match(/--[a-z-]+/g) ?? [])
    expect([...listed].sort()).toEqual(command.options.map(({ long }) => long).sort())
  })

  test('shows examples that a policy may have', async () => {
    const [rule = '', tests = ''] = readBlocks(PAGE, ['yaml'])
    const files: Files = {
      'custom.yaml': `rules:\n${rule}`,
      'access.yaml': 'guards:\n  - { id: admin, paths: [/admin], allow: { cidrs: [198.51.100.0/24] } }\n',
      'tests/a.yaml': tests,
    }
    expect(parse(tests)).toHaveProperty('tests')
    const report = await runPolicyTests(await load(files), { now: 0 })
    expect(report).toMatchObject({ passed: 5, failed: 0 })
  })

  test('shows a failure as it is printed', async () => {
    const custom = `rules:
  - id: secrets
    description: d
    expression: http.request.uri.path contains "/."
    action: block
    status: 404
    examples:
      match: [/.env]
      no_match: [/a/.b]
`
    const routes = `routes:
  - { id: site, hosts: [app.sallyport.example], path: /, forward: { origin: 'http://127.0.0.1:8788' } }
`
    const policy = await load({ 'custom.yaml': custom, 'routes/site.yaml': routes })
    const printed = renderTests(await runPolicyTests(policy, { now: 0 }), 'rules/')
    const [shown = ''] = readBlocks(PAGE, ['text'])
    const plain = (text: string): string => text.trim().replace(/[0-9a-f]{16}|custom\.yaml:\d+/g, '')
    expect(plain(shown)).toBe(plain(printed))
  })
})
