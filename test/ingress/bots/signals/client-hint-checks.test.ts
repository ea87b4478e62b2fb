import { describe, expect, test } from 'vitest'
import { CHROME_AGENT, chrome, firefox, NO_HINTS, safari, without } from './browser.ts'
import { signalsOf } from './score-fixture.ts'

const android = (more = ''): string =>
  `Mozilla/5.0 (Linux; Android 10; K${more}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Mobile Safari/537.36`

describe('client hints', () => {
  test('that agree with the User-Agent are no signal, in any browser', () => {
    expect(signalsOf(chrome())).toEqual([])
    expect(signalsOf(firefox())).toEqual([])
    expect(signalsOf(safari())).toEqual([])
  })

  test.each([
    ['another version of Chromium', { 'sec-ch-ua': '"Chromium";v="156"' }, ['hints-version']],
    ['no Chromium among the brands', { 'sec-ch-ua': '"Google Chrome";v="148"' }, ['hints-version']],
    ['another system', { 'sec-ch-ua-platform': '"Linux"' }, ['hints-platform']],
    ['a telephone', { 'sec-ch-ua-mobile': '?1' }, ['hints-mobile']],
    ['no platform', without('sec-ch-ua-platform'), ['hints-incomplete']],
    ['only a platform', without('sec-ch-ua', 'sec-ch-ua-mobile'), ['hints-incomplete']],
    ['only brands', without('sec-ch-ua-mobile', 'sec-ch-ua-platform'), ['hints-incomplete']],
    ['no list', { 'sec-ch-ua': 'Chromium 148' }, ['hints-version', 'hints-malformed']],
    ['no Boolean', { 'sec-ch-ua-mobile': 'false' }, ['hints-malformed']],
    ['no string', { 'sec-ch-ua-platform': 'Windows' }, ['hints-malformed']],
    ['none at all', NO_HINTS, ['hints-missing']],
  ])('with %s are one', (_, fields, signals) => {
    expect(signalsOf(chrome({ fields }))).toEqual(signals)
  })

  test('are read in every spelling that Chromium has had', () => {
    for (const brands of [
      '"Chromium";v="148", " Not A;Brand";v="99", "Google Chrome";v="148"',
      '"\\\\Not\\"A;Brand";v="99","Chromium";v="148.0.7000.12"',
      '"(Not(A:Brand";v="8", "Chromium";v="148", "Opera";v="133"',
    ])
      expect(signalsOf(chrome({ fields: { 'sec-ch-ua': brands } }))).toEqual([])
  })

  test('of Chromium are foreign to Firefox and Safari, and say nothing else there', () => {
    const fields = { 'sec-ch-ua': '"Chromium";v="148"', 'sec-ch-ua-platform': '"Linux"' }
    expect(signalsOf(firefox({ fields }))).toEqual(['hints-foreign'])
    expect(signalsOf(safari({ fields }))).toEqual(['hints-foreign'])
  })
})

describe('client hints are not judged', () => {
  const wrong = { 'sec-ch-ua': '"Chromium";v="1"', 'sec-ch-ua-platform': '"Linux"', 'sec-ch-ua-mobile': '?1' }

  test.each([
    ['of a web view', android('; wv'), wrong],
    ['of Electron', CHROME_AGENT.replace('Safari', 'Electron/39.5.1 Safari'), wrong],
    ['of a television', CHROME_AGENT.replace('Windows NT 10.0; Win64; x64', 'Linux; BRAVIA 4K'), wrong],
    ['that a web view leaves out', android('; wv'), NO_HINTS],
  ])('%s', (_, userAgent, fields) => {
    expect(signalsOf(chrome({ fields: { ...fields, 'user-agent': userAgent } }))).toEqual([])
  })

  test('in cleartext, where browsers send none, except on this machine', () => {
    expect(signalsOf(chrome({ scheme: 'http', fields: NO_HINTS }))).toEqual([])
    for (const host of ['localhost:8787', 'app.localhost', '127.0.0.1', '[::1]'])
      expect(signalsOf(chrome({ scheme: 'http', host, fields: NO_HINTS }))).toEqual(['hints-missing'])
  })

  test('of old versions, which had fewer', () => {
    const old = (version: number) => CHROME_AGENT.replace('148.0.0.0', `${version}.0.4000.1`)
    const fields = { 'sec-ch-ua': '"Chromium";v="92"', 'user-agent': old(92) }
    expect(signalsOf(chrome({ fields: { ...fields, ...without('sec-ch-ua-platform') } }))).toEqual([])
    expect(signalsOf(chrome({ fields: { ...NO_HINTS, 'user-agent': old(89) } }))).toEqual([])
  })

  test('of Chromebooks, of the desktop-site mode of telephones, and of tablets', () => {
    const on = (system: string): string => CHROME_AGENT.replace('Windows NT 10.0; Win64; x64', system)
    const rows: [string, string][] = [
      [on('X11; CrOS x86_64 14541.0.0'), '"Chrome OS"'],
      [on('X11; CrOS x86_64 14541.0.0'), '"Linux"'],
      [on('X11; Linux x86_64'), '"Chrome OS"'],
      [on('X11; Linux x86_64'), '"Android"'],
      [on('Linux; Android 10; K'), '"Android"'],
      [on('Macintosh; Intel Mac OS X 10_15_7'), '"macOS"'],
      [on('Windows NT 10.0'), '"Unknown"'],
    ]
    for (const [userAgent, platform] of rows) {
      const fields = { 'user-agent': userAgent, 'sec-ch-ua-platform': platform }
      expect(signalsOf(chrome({ fields }))).toEqual([])
    }
  })

  test('but a telephone that runs on a desktop system is', () => {
    const fields = { 'user-agent': android(), 'sec-ch-ua-platform': '"Linux"', 'sec-ch-ua-mobile': '?1' }
    expect(signalsOf(chrome({ fields }))).toEqual(['hints-platform'])
  })
})
