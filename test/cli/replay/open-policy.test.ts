import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { RouteModel } from '../../../src/bundle/model.ts'
import type { LogRequest } from '../../../src/cli/replay/log-request.ts'
import { findFirstHost, openPolicy } from '../../../src/cli/replay/open-policy.ts'
import { createPolicyFolder } from './policy-fixture.ts'

const routes = (...hosts: string[][]) => ({
  routes: hosts.map((one) => ({ hosts: one }) as unknown as RouteModel),
})

describe('findFirstHost', () => {
  it.each([
    [
      [
        ['*', '*.a.example'],
        ['b.example', 'c.example'],
      ],
      'b.example',
    ],
    [[['*'], ['*.a.example']], 'www.a.example'],
    [[['*']], 'localhost'],
  ])('of %j is %s', (hosts, first) => {
    expect(findFirstHost(routes(...hosts))).toBe(first)
  })
})

describe('limits that count by the answer', async () => {
  const { folder, rules } = await createPolicyFolder()
  afterAll(() => rm(folder, { recursive: true }))
  await writeFile(
    join(rules, 'limits.yaml'),
    `limits:
  - id: probing
    characteristics: [ip.src]
    counting_expression: http.response.code eq 404
    period: 60s
    requests_per_period: 2
`,
  )
  const ANY: LogRequest = {
    time: 1_795_000_000_000,
    client: '203.0.113.7',
    host: 'www.example.com',
    method: 'GET',
    target: '/',
    protocol: 'HTTP/1.1',
    headers: [],
  }

  it('get the status that the log has', async () => {
    const opened = await openPolicy(rules, { scheme: 'https', secret: new Uint8Array(16) })
    if (!opened.ok) throw new Error(opened.message)
    const judge = async (status?: number): Promise<string> => {
      const { terminal } = await opened.policy.judge({ ...ANY, ...(status === undefined ? {} : { status }) })
      return terminal?.rule ?? 'pass'
    }
    const rulesOf: string[] = []
    for (const status of [200, 404, 200, undefined, 404, 200, 404]) rulesOf.push(await judge(status))
    expect(rulesOf).toEqual(['pass', 'pass', 'pass', 'pass', 'pass', 'limits.probing', 'limits.probing'])
    expect(opened.policy.warnings()).toContainEqual(
      expect.stringContaining('answers that the log does not tell (1×)'),
    )
  })
})
