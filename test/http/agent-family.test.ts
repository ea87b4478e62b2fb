import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { agentFamily, readAgent } from '../../src/http/agent-family.ts'

const WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
const BLINK = 'AppleWebKit/537.36 (KHTML, like Gecko)'

describe('a User-Agent says', () => {
  test.each([
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BLINK} Chrome/148.0.0.0 Safari/537.36`,
      'chrome',
      148,
      'blink',
      148,
      'windows',
      'browser',
    ],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BLINK} Chrome/148.0.0.0 Safari/537.36 Edg/147.0.0.0`,
      'edge',
      147,
      'blink',
      148,
      'windows',
      'browser',
    ],
    [
      `Mozilla/5.0 (X11; Linux x86_64) ${BLINK} HeadlessChrome/156.0.0.0 Safari/537.36`,
      'headless-chrome',
      156,
      'blink',
      156,
      'linux',
      'browser',
    ],
    [
      `Mozilla/5.0 (Linux; Android 10; K) ${BLINK} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36`,
      'samsung',
      27,
      'blink',
      125,
      'android',
      'browser',
    ],
    [
      `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${BLINK} Chrome/140.0.0.0 Safari/537.36`,
      'chrome',
      140,
      'blink',
      140,
      'chromeos',
      'browser',
    ],
    [
      `Mozilla/5.0 (Linux; Android 12; P; wv) ${BLINK} Version/4.0 Chrome/120.0.6099.43 Mobile Safari/537.36`,
      'chrome',
      120,
      'blink',
      120,
      'android',
      'webview',
    ],
    [
      `Mozilla/5.0 (Windows NT 10.0) ${BLINK} app/1 Chrome/142.0.7444.265 Electron/39.5.1 Safari/537.36`,
      'chrome',
      142,
      'blink',
      142,
      'windows',
      'electron',
    ],
    [
      `Mozilla/5.0 (Linux; Android 9; BRAVIA 4K) ${BLINK} Chrome/120.0.0.0 Safari/537.36`,
      'chrome',
      120,
      'blink',
      120,
      'android',
      'device',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0',
      'firefox',
      130,
      'gecko',
      130,
      'windows',
      'browser',
    ],
    [
      'Mozilla/5.0 (Android 13; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0',
      'firefox',
      130,
      'gecko',
      130,
      'android',
      'browser',
    ],
    [
      `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Version/17.4.1 Safari/605.1.15`,
      'safari',
      17,
      'webkit',
      1704,
      'mac',
      'browser',
    ],
    [
      `Mozilla/5.0 (iPhone; CPU iPhone OS 16_3 like Mac OS X) ${WEBKIT} CriOS/120.0.0.0 Mobile/15E148 Safari/604.1`,
      'chrome',
      120,
      'webkit',
      1603,
      'ios',
      'browser',
    ],
    [
      `Mozilla/5.0 (iPad; CPU OS 18_7 like Mac OS X) ${WEBKIT} Mobile/15E148`,
      'safari',
      0,
      'webkit',
      1807,
      'ios',
      'webview',
    ],
    [
      `Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Version/18.0 Safari/605.1.15`,
      'safari',
      18,
      'webkit',
      1800,
      'linux',
      'device',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Trident/7.0; rv:11.0) like Gecko',
      'trident',
      7,
      'old',
      0,
      'windows',
      'browser',
    ],
    [
      `Mozilla/5.0 (Windows NT 10.0) ${BLINK} Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763`,
      'edge',
      18,
      'old',
      0,
      'windows',
      'browser',
    ],
    [
      'Opera/9.80 (J2ME/MIDP; Opera Mini/7.1; U; en) Presto/2.12',
      'opera mini',
      7,
      'old',
      0,
      'other',
      'browser',
    ],
    ['curl/8.7.1', 'curl', 8, 'none', 0, 'other', 'browser'],
    ['PostmanRuntime', 'postmanruntime', 0, 'none', 0, 'other', 'browser'],
    ['Mozilla/5.0 (compatible; Thing/1.0)', 'mozilla', 5, 'none', 0, 'other', 'browser'],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36', 'mozilla', 5, 'none', 0, 'windows', 'browser'],
    ['„ünderbar“', 'unknown', 0, 'none', 0, 'other', 'browser'],
    ['', '', 0, 'none', 0, 'other', 'browser'],
  ])('%s', (text, family, major, engine, level, system, host) => {
    expect(readAgent(text)).toMatchObject({ family, major, engine, level, system, host })
    expect(agentFamily(text)).toEqual({ family, major })
  })

  test('that it is a telephone by a word of its own', () => {
    expect(
      readAgent(`Mozilla/5.0 (Linux; Android 10; K) ${BLINK} Chrome/1.0 Mobile Safari/537.36`).mobile,
    ).toBe(true)
    expect(
      readAgent(`Mozilla/5.0 (Linux; Android 10; K) ${BLINK} Chrome/1.0 MobileX Safari/537.36`).mobile,
    ).toBe(false)
  })
})

test('nothing is said without one', () => {
  expect(agentFamily(undefined)).toEqual({ family: '', major: 0 })
})

test('whatever it says, it is read, and only its beginning', () => {
  const parts = fc.constantFrom(
    'Mozilla/5.0 (',
    'Chrome/',
    '1',
    '999999999',
    'Version/',
    ' OS ',
    '_',
    '.',
    'Firefox/',
    'Safari/',
    'AppleWebKit/',
    'iPhone',
    ')',
    ' ',
  )
  const texts = fc.oneof(
    fc.string({ maxLength: 2000 }),
    fc.array(parts, { maxLength: 400 }).map((list) => list.join('')),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const { family, major, level } = readAgent(text)
      expect(family.length).toBeLessThanOrEqual(32)
      for (const number of [major, level]) expect(number).toBeGreaterThanOrEqual(0)
      expect(readAgent(text.padEnd(1024).slice(0, 1024) + text)).toEqual(
        readAgent(text.padEnd(1024).slice(0, 1024)),
      )
    }),
  )
})
