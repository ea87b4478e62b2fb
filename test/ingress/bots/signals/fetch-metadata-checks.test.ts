import { describe, expect, test } from 'vitest'
import {
  CHROME_AGENT,
  chrome,
  FIREFOX_AGENT,
  firefox,
  NO_FETCH,
  SAFARI_AGENT,
  safari,
  without,
} from './browser.ts'
import { signalsOf } from './score-fixture.ts'

const HANDSHAKE = {
  upgrade: 'websocket',
  origin: 'https://app.example',
  'upgrade-insecure-requests': undefined,
}

describe('Sec-Fetch fields', () => {
  test.each([
    ['are missing', NO_FETCH, ['fetch-missing']],
    ['are only some', without('sec-fetch-site', 'sec-fetch-dest'), ['fetch-incomplete']],
    ['navigate to an image', { 'sec-fetch-dest': 'image' }, ['fetch-contradictory']],
    ['ask for a document without navigating', { 'sec-fetch-mode': 'cors' }, ['fetch-contradictory']],
    ['say false of the user', { 'sec-fetch-user': '?0' }, ['fetch-contradictory']],
  ])('that %s are a signal', (_, fields, signals) => {
    expect(signalsOf(chrome({ fields }))).toEqual(signals)
    expect(signalsOf(firefox({ fields }))).toEqual(signals)
    expect(signalsOf(safari({ fields }))).toEqual(signals)
  })

  test('with values of the future are no contradiction', () => {
    const fields = { 'sec-fetch-mode': 'teleport', 'sec-fetch-dest': 'hologram', 'sec-fetch-user': undefined }
    expect(signalsOf(chrome({ fields }))).toEqual([])
    expect(signalsOf(chrome({ fields: { 'sec-fetch-dest': 'hologram' } }))).toEqual([])
  })

  test('of a user belong to navigations', () => {
    const fields = { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }
    expect(signalsOf(firefox({ fields }))).toEqual(['fetch-contradictory'])
    expect(signalsOf(firefox({ fields: { ...fields, 'sec-fetch-user': undefined } }))).toEqual([])
  })

  test('were two in Chromium 79, and are three in Firefox', () => {
    const fields = {
      ...without('sec-fetch-dest'),
      'user-agent': CHROME_AGENT.replace('148.0.0.0', '79.0.1.2'),
    }
    expect(signalsOf(chrome({ scheme: 'http', fields }))).toEqual([])
    const old = { ...without('sec-fetch-dest'), 'user-agent': FIREFOX_AGENT.replaceAll('150', '70') }
    expect(signalsOf(firefox({ fields: old }))).toEqual(['fetch-incomplete'])
  })

  test('do not navigate with PUT', () => {
    expect(signalsOf(chrome({ method: 'PUT' }))).toEqual(['fetch-contradictory'])
  })

  test('that say same-origin have no Referer of another site', () => {
    const from = (referer: string) => ({ 'sec-fetch-site': 'same-origin', referer })
    expect(signalsOf(chrome({ fields: from('https://app.example/before') }))).toEqual([])
    expect(signalsOf(chrome({ fields: from('https://app.example') }))).toEqual([])
    for (const foreign of ['https://app.example.attacker.example/', 'https://search.example/', 'app.example'])
      expect(signalsOf(chrome({ fields: from(foreign) }))).toEqual(['fetch-referer'])
    const fields = { 'sec-fetch-site': 'cross-site', referer: 'https://search.example/' }
    expect(signalsOf(chrome({ fields }))).toEqual([])
  })
})

describe('no Sec-Fetch fields are expected', () => {
  test.each([
    ['Chromium 79', CHROME_AGENT.replace('148', '79')],
    ['Firefox 89', FIREFOX_AGENT.replaceAll('150', '89')],
    ['Safari 16.3', SAFARI_AGENT.replace('18.5', '16.3')],
    [
      'Chrome on iOS 16.3',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 16_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/120.0.0.0 Mobile/15E148 Safari/604.1',
    ],
    [
      'a web view of iOS',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
    ],
    ['Internet Explorer', 'Mozilla/5.0 (Windows NT 10.0; Trident/7.0; rv:11.0) like Gecko'],
  ])('of %s', (_, userAgent) => {
    expect(signalsOf(safari({ fields: { ...NO_FETCH, 'user-agent': userAgent } }))).toEqual([])
  })

  test('not for whoever writes Upgrade beside a request for a page', () => {
    const lazy = { ...NO_FETCH, upgrade: 'websocket' }
    expect(signalsOf(firefox({ fields: lazy }))).toContain('fetch-missing')
    expect(signalsOf(firefox({ fields: { ...lazy, origin: 'https://app.example' } }))).toContain(
      'fetch-missing',
    )
    expect(signalsOf(firefox({ method: 'POST', fields: { ...NO_FETCH, ...HANDSHAKE } }))).toContain(
      'fetch-missing',
    )
  })

  test('in cleartext, in handshakes of WebSocket, and of reports', () => {
    expect(signalsOf(firefox({ scheme: 'http', fields: NO_FETCH }))).toEqual([])
    expect(signalsOf(firefox({ fields: { ...NO_FETCH, ...HANDSHAKE } }))).toEqual([])
    const fields = { ...NO_FETCH, 'content-type': 'application/reports+json' }
    expect(signalsOf(firefox({ method: 'POST', fields }))).toEqual([])
    expect(signalsOf(firefox({ fields }))).toEqual(['fetch-missing'])
  })

  test('of preflights', () => {
    const fields = { ...NO_FETCH, 'access-control-request-method': 'PUT', origin: 'https://a.example' }
    expect(signalsOf(firefox({ method: 'OPTIONS', fields }))).toEqual([])
    expect(signalsOf(firefox({ fields }))).toEqual(['fetch-missing'])
    expect(signalsOf(firefox({ method: 'OPTIONS', fields: NO_FETCH }))).toEqual(['fetch-missing'])
  })
})

test('a prefetch may be labelled as its browser likes, but is labelled', () => {
  const fields = { 'sec-purpose': 'prefetch', 'sec-fetch-dest': 'script', accept: '*/*' }
  expect(signalsOf(chrome({ fields }))).toEqual([])
  expect(signalsOf(chrome({ fields: { ...fields, ...NO_FETCH } }))).toEqual(['fetch-missing'])
})
