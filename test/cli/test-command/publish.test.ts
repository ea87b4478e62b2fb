import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { executePublish } from '../../../src/cli/publish/execute-publish.ts'
import { createPolicyTester } from '../../../src/cli/test/create-policy-tester.ts'
import { load } from '../explain/load.ts'
import { type OpenShell, openShell } from '../publish/open-shell.ts'

const tester = createPolicyTester(() => 0)
const FAILING = `rules:
  - { id: env, description: d, expression: 'http.request.uri.path eq "/.env"', action: block, examples: { match: [/env] } }
`

describe('what stands between a policy and its publication', () => {
  test('says nothing when all tests pass, or when there are none', async () => {
    expect(await tester(await load())).toEqual([])
    expect(
      await tester(await load({ 'tests/a.yaml': 'tests:\n  - { name: a, request: /, expect: pass }\n' })),
    ).toEqual([])
  })

  test('shows the first ten that fail, and counts the others', async () => {
    const line = '  - { name: closed, request: /, expect: block }\n'
    const lines = await tester(await load({ 'tests/a.yaml': `tests:\n${line.repeat(12)}` }))
    expect(lines.filter((each) => each.includes('✗ closed'))).toHaveLength(10)
    expect(lines.slice(-2)).toEqual([
      '  and 2 more: sallyport test shows all',
      expect.stringMatching(/^Tests {2}12 failed, 0 passed/),
    ])
  })
})

describe('publish', () => {
  let opened: OpenShell
  beforeEach(async () => {
    opened = await openShell()
    await opened.write('custom.yaml', FAILING)
  })
  afterEach(() => opened.close())

  test('refuses a policy with an example that does not hold, and says which', async () => {
    expect(await executePublish(opened.flags(), { ...opened.shell, testPolicy: tester })).toBe(1)
    expect(opened.printed()).toMatch(/✗ rules\.env matches GET \/env[\s\S]*nothing was published/)
  })

  test('takes it with --no-test, with a warning', async () => {
    const shell = { ...opened.shell, testPolicy: tester }
    expect(await executePublish(opened.flags({ test: false }), shell)).toBe(0)
    expect(opened.printed()).toMatch(/warning: --no-test: [\s\S]*Published serial 1/)
  })
})
