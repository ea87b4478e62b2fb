/**
 * Header fields that header-generator draws from what it has collected of browsers on the Web.
 *
 * Its rows of Safari lack Sec-Fetch, which Safari has sent since 16.4: it makes up those fields for Chromium and Firefox
 * only. What it has collected were not all people: rows of Firefox with the brand HeadlessChrome (2 %) are counted as
 * programs, rows of Chrome and Edge whose brands are of another version (1 in 1,000) against the signals.
 */
import { HeaderGenerator } from 'header-generator'
import { expect, test } from 'vitest'
import { scoreOf } from './score-fixture.ts'

const ROWS = Number(process.env.SALLYPORT_BROWSERS ?? 300)
/** The share that may be asked for something; measured: 0.001 of Chrome's rows, 0.0008 of Edge's, 0 of Firefox's. */
const ACCEPTED = 0.002

test.each(['chrome', 'edge', 'firefox'] as const)('people with %s are asked for nothing', (name) => {
  const generator = new HeaderGenerator({ browsers: [name], httpVersion: '2' })
  const asked: string[] = []
  let programs = 0
  for (let row = 0; row < ROWS; row++) {
    const headers = Object.entries(generator.getHeaders())
    if (headers.some(([, value]) => value.includes('HeadlessChrome'))) programs++
    const { band, signals } = scoreOf({ headers, client: { protocol: 'HTTP/2', tls: 'TLSv1.3' } })
    const isProgram = signals.some(({ id }) => id === 'headless-disguised' || id === 'headless')
    if (band !== 'likely-human' && !isProgram) asked.push(signals.map(({ id }) => id).join(' '))
  }
  console.log(`${name}: ${asked.length} of ${ROWS} asked, besides ${programs} headless browsers`)
  expect(programs).toBeLessThan(ROWS / 10)
  expect(asked.length, asked.join('; ')).toBeLessThanOrEqual(Math.max(4, ROWS * ACCEPTED))
})
