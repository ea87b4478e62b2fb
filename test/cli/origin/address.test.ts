import { expect, test } from 'vitest'
import { isLocal, readAddress, readTcpAddress } from '../../../src/cli/origin/address.ts'

test.each([
  ['127.0.0.1:80', '127.0.0.1', 80],
  ['origin.internal:65535', 'origin.internal', 65535],
  ['[::1]:1', '::1', 1],
  ['a:8080', 'a', 8080],
])('%s is a host and a port', (text, host, port) => {
  expect(readTcpAddress(text)).toEqual({ kind: 'tcp', host, port })
  expect(readAddress(text)).toEqual({ kind: 'tcp', host, port })
})

test.each([
  '',
  ':80',
  '80',
  'a',
  'a:0',
  'a:65536',
  'a:8o',
  '::1:80',
  '-a:80',
  'a-:80',
  'a b:80',
  'a:80 ',
  '*:80',
  'unix:',
  'unix:a',
  'unix:/a b',
  `unix:/${'a'.repeat(101)}`,
])('%j is neither', (text) => {
  expect(readAddress(text)).toBeUndefined()
})

test('a socket is a path', () => {
  expect(readAddress('unix:/run/a/b.sock')).toEqual({ kind: 'unix', path: '/run/a/b.sock' })
  expect(readTcpAddress('unix:/run/a/b.sock')).toBeUndefined()
})

test('only this machine reaches a socket and loopback', () => {
  const local = ['unix:/a', '127.0.0.1:1', '127.9.9.9:1', 'localhost:1', '[::1]:1']
  const open = ['0.0.0.0:1', '[::]:1', '10.0.0.1:1', 'host:1']
  const check = (text: string): boolean | undefined => {
    const address = readAddress(text)
    return address && isLocal(address)
  }
  expect(local.map(check)).toEqual(local.map(() => true))
  expect(open.map(check)).toEqual(open.map(() => false))
})
