import { beforeEach, describe, expect, test } from 'vitest'
import { readAgent } from '../../../../src/http/agent-family.ts'
import {
  createTlsMemory,
  MAX_HANDSHAKES,
  NETWORKS_TO_CONFIRM,
  NETWORKS_TO_JUDGE,
  type TlsMemory,
} from '../../../../src/ingress/bots/signals/learn-tls.ts'
import { type EdgeFacts, readEdge } from '../../../../src/ingress/bots/signals/read-edge.ts'
import { type Address, parseAddress } from '../../../../src/net/address.ts'
import { CHROME_AGENT, chrome, FIREFOX_AGENT } from './browser.ts'
import { NOBODY, STRANGER, signalsOf } from './score-fixture.ts'

const CHROME = readAgent(CHROME_AGENT)
const seen = (tlsClientCiphersSha1: string): EdgeFacts =>
  readEdge({ address: undefined, edge: { tlsClientCiphersSha1 } })
const network = (n: number): Address | undefined => parseAddress(`10.${n >> 8}.${n & 255}.7`)

let memory: TlsMemory
const teach = (hash: string, networks: number, from = 0): void => {
  for (let n = 0; n < networks; n++) memory.learn(CHROME, seen(hash), network(from + n))
}

beforeEach(() => {
  memory = createTlsMemory()
})

describe('handshakes of people', () => {
  test('are not judged before enough networks have been seen', () => {
    teach('chrome', NETWORKS_TO_JUDGE - 1)
    expect(memory.knows(CHROME, seen('other'))).toBeUndefined()
    teach('chrome', 1, 5000)
    expect(memory.knows(CHROME, seen('other'))).toBe(false)
    expect(memory.knows(CHROME, seen('chrome'))).toBe(true)
  })

  test('of one network count once', () => {
    for (let n = 0; n < 5000; n++) memory.learn(CHROME, seen('chrome'), parseAddress(`192.0.2.${n % 256}`))
    expect(memory.knows(CHROME, seen('other'))).toBeUndefined()
  })

  test('are confirmed by three networks', () => {
    teach('chrome', NETWORKS_TO_JUDGE)
    teach('tool', NETWORKS_TO_CONFIRM - 1)
    teach('tool', NETWORKS_TO_CONFIRM - 1)
    expect(memory.knows(CHROME, seen('tool'))).toBe(false)
    memory.learn(CHROME, seen('tool'), parseAddress('2001:db8:1::1'))
    expect(memory.knows(CHROME, seen('tool'))).toBe(true)
  })

  test('of one browser say nothing of another', () => {
    teach('chrome', NETWORKS_TO_JUDGE)
    expect(memory.knows(readAgent(FIREFOX_AGENT), seen('chrome'))).toBeUndefined()
    expect(memory.knows(readAgent('curl/8.1'), seen('other'))).toBeUndefined()
  })
})

describe('nobody can', () => {
  test('push out what people have shown', () => {
    teach('chrome', NETWORKS_TO_JUDGE)
    for (let n = 0; n < 10_000; n++) teach(`noise-${n}`, 1, n)
    expect(memory.knows(CHROME, seen('chrome'))).toBe(true)
  })

  test('make a browser unfamiliar by filling the table: a full one says nothing', () => {
    teach('chrome', NETWORKS_TO_JUDGE)
    for (let n = 0; n < MAX_HANDSHAKES + 5; n++) teach(`bot-${n}`, NETWORKS_TO_CONFIRM)
    expect(memory.knows(CHROME, seen('firefox-of-tomorrow'))).toBeUndefined()
    expect(memory.knows(CHROME, seen('chrome'))).toBe(true)
  })

  test('teach it what is missing, malformed or too long', () => {
    for (const hash of ['', 'x'.repeat(65)]) teach(hash, NETWORKS_TO_JUDGE)
    memory.learn(CHROME, seen('chrome'), undefined)
    expect(memory.knows(CHROME, seen('chrome'))).toBeUndefined()
  })
})

test('JA4, which is sorted, goes before the hash of ciphers', () => {
  const edge = readEdge({
    address: undefined,
    edge: { tlsClientCiphersSha1: 'a', botManagement: { ja4: 'b' } },
  })
  for (let n = 0; n < NETWORKS_TO_JUDGE; n++) memory.learn(CHROME, edge, network(n))
  const ja4 = readEdge({ address: undefined, edge: { botManagement: { ja4: 'b' } } })
  expect(memory.knows(CHROME, ja4)).toBe(true)
  expect(memory.knows(CHROME, seen('a'))).toBe(false)
})

test('an unfamiliar handshake is a signal, except of a client that is cleared', () => {
  teach('chrome', NETWORKS_TO_JUDGE)
  const context = { ...STRANGER, tls: memory }
  const request = (tlsClientCiphersSha1: string) => chrome({ client: { edge: { tlsClientCiphersSha1 } } })
  expect(signalsOf(request('chrome'), NOBODY, context)).toEqual([])
  expect(signalsOf(request('python'), NOBODY, context)).toEqual(['tls-unfamiliar'])
  expect(signalsOf(request('python'), NOBODY, { ...context, cleared: () => true })).toEqual([])
})
