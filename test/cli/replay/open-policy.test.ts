import { describe, expect, it } from 'vitest'
import type { RouteModel } from '../../../src/bundle/model.ts'
import { findFirstHost } from '../../../src/cli/replay/open-policy.ts'

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
