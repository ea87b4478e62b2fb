import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRouteTable } from '../../../src/ingress/dos/route-sums.ts'
import { MAX_ROUTE_SUMS } from '../../../src/ingress/dos/watch-protocol.ts'

test('each host and route has its own sums, and starts anew after a report', () => {
  const table = createRouteTable()
  table.find('a.example', 'x').requests++
  table.find('b.example', 'x').requests++
  table.find('a.example', 'x').requests++
  expect(table.drain()).toEqual([
    { host: 'a.example', route: 'x', requests: 2, denied: 0, origin: 0, errors: 0 },
    { host: 'b.example', route: 'x', requests: 1, denied: 0, origin: 0, errors: 0 },
  ])
  expect(table.drain()).toEqual([])
})

test('whatever hosts and routes come, the table stays small and no request is lost', () => {
  const name = fc.integer({ min: 0, max: 500 })
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.integer({ min: 0, max: 100 })), { maxLength: 1500 }), (pairs) => {
      const table = createRouteTable()
      for (const [host, route] of pairs) table.find(`h${host}.example`, `r${route}`).requests++
      const sums = table.drain()
      expect(sums.length).toBeLessThanOrEqual(MAX_ROUTE_SUMS)
      expect(sums.reduce((all, { requests }) => all + requests, 0)).toBe(pairs.length)
      expect(new Set(sums.map(({ host, route }) => `${host} ${route}`)).size).toBe(sums.length)
    }),
  )
})

test('a route whose hosts find no place is counted with the empty host', () => {
  const table = createRouteTable()
  for (let n = 0; n < 200; n++) table.find(`h${n}.example`, 'wild').requests++
  const others = table.drain().find(({ host }) => host === '')
  expect(others).toMatchObject({ route: 'wild', requests: 200 - MAX_ROUTE_SUMS / 2 })
})
