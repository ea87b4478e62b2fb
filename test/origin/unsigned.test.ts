import { expect, test } from 'vitest'
import { createUnsignedTest } from '../../src/origin/unsigned.ts'

const isUnsigned = createUnsignedTest({ paths: ['/healthz'] })
const probe = (...fields: string[]): boolean =>
  isUnsigned({ method: 'GET', target: '/healthz', fields: ['Host', 'origin.example', ...fields] })

test('a health probe may come in unsigned', () => {
  expect(probe()).toBe(true)
  expect(probe('Connection', 'keep-alive', 'Content-Length', '0')).toBe(true)
})

test('nobody opens a WebSocket on the path of a health probe', () => {
  expect(probe('Connection', 'Upgrade', 'Upgrade', 'websocket')).toBe(false)
  expect(probe('UPGRADE', 'h2c')).toBe(false)
})

test.each([
  ['Content-Length', '1'],
  ['content-length', '00'],
  ['Transfer-Encoding', 'chunked'],
])('a probe with %s: %s has content and is none', (name, value) => expect(probe(name, value)).toBe(false))
