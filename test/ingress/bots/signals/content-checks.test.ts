import { describe, expect, test } from 'vitest'
import { CHROME_AGENT, chrome, firefox, NO_FETCH, safari, without } from './browser.ts'
import { signalsOf } from './score-fixture.ts'

const offering = (clientAcceptEncoding: unknown) => ({ edge: { clientAcceptEncoding } })

describe('what a browser asks for', () => {
  test.each([
    ['a page but no HTML', { accept: '*/*' }, ['accept-navigation']],
    ['nothing', without('accept'), ['accept-missing']],
    ['any language', { 'accept-language': '*' }, ['language-any']],
    ['any language, least of all', { 'accept-language': ' *;q=0.1' }, ['language-any']],
    ['no language', without('accept-language'), ['language-missing']],
  ])('is a signal when it is %s', (_, fields, signals) => {
    expect(signalsOf(chrome({ fields }))).toEqual(signals)
    expect(signalsOf(safari({ fields }))).toEqual(signals)
  })

  test('may be something else in frames for objects, and in downloads nothing', () => {
    expect(signalsOf(chrome({ fields: { accept: '*/*', 'sec-fetch-dest': 'embed' } }))).toEqual([])
    const fields = {
      ...without('accept', 'sec-ch-ua', 'sec-ch-ua-mobile', 'sec-ch-ua-platform', 'sec-fetch-user'),
    }
    expect(signalsOf(chrome({ fields: { ...fields, 'sec-fetch-dest': 'empty' } }))).toEqual([])
  })

  test('is a page when the browser wants it secure, also without Sec-Fetch', () => {
    const fields = { ...NO_FETCH, accept: '*/*' }
    expect(signalsOf(firefox({ fields }))).toEqual(['fetch-missing', 'accept-navigation'])
    const call = { ...fields, ...without('upgrade-insecure-requests') }
    expect(signalsOf(firefox({ fields: call }))).toEqual(['fetch-missing'])
  })
})

describe('Brotli', () => {
  test.each(['gzip, deflate', 'gzip', 'identity', '', 'brotli, gzip'])('is missed in "%s"', (encodings) => {
    expect(signalsOf(chrome({ client: offering(encodings) }))).toEqual(['encoding-poor'])
  })

  test.each(['br', 'gzip, br;q=0.9', 'gzip,br', undefined, 7, {}, 'x'.repeat(300)])(
    'is not in %j',
    (encodings) => {
      expect(signalsOf(chrome({ client: offering(encodings) }))).toEqual([])
    },
  )

  test('is not expected in cleartext, of media and ranges, of old browsers, behind known company proxies', () => {
    const client = offering('identity')
    const plain = without('sec-ch-ua', 'sec-ch-ua-mobile', 'sec-ch-ua-platform')
    expect(signalsOf(chrome({ client, scheme: 'http', fields: { ...plain, ...NO_FETCH } }))).toEqual([])
    const media = { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'video', 'sec-fetch-user': undefined }
    expect(signalsOf(firefox({ client, fields: media }))).toEqual([])
    expect(signalsOf(firefox({ client, fields: { range: 'bytes=0-9' } }))).toEqual([])
    const old = { 'user-agent': CHROME_AGENT.replace('148', '60'), ...plain, ...NO_FETCH }
    expect(signalsOf(chrome({ client, fields: old }))).toEqual([])
    const edge = { ...client.edge, botManagement: { corporateProxy: true } }
    expect(signalsOf(chrome({ client: { edge, protocol: 'HTTP/1.1' } }))).toEqual([])
  })
})

describe('a POST', () => {
  test('of a modern browser has an Origin', () => {
    expect(signalsOf(chrome({ method: 'POST' }))).toEqual(['origin-missing'])
    expect(signalsOf(chrome({ method: 'POST', fields: { origin: 'null' } }))).toEqual([])
  })

  test('of an old one or of a report need not', () => {
    const old = {
      'user-agent': CHROME_AGENT.replace('148.0.0.0', '89.0.1.2'),
      'sec-ch-ua': '"Chromium";v="89"',
    }
    expect(signalsOf(chrome({ method: 'POST', fields: old }))).toEqual([])
    expect(signalsOf(chrome({ method: 'POST', fields: { 'content-type': 'text/ping' } }))).toEqual([])
    const view = {
      'user-agent': CHROME_AGENT.replace('Windows NT 10.0; Win64; x64', 'Linux; Android 12; K; wv'),
    }
    expect(signalsOf(chrome({ method: 'POST', fields: view }))).toEqual([])
  })
})
