import { expect, test } from 'vitest'
import { chrome, firefox } from './browser.ts'
import { signalsOf } from './score-fixture.ts'

/** Behind the proxy of a company the connection is the proxy's, whatever the browser would speak. */
const proxied = { clientAcceptEncoding: 'gzip', botManagement: { corporateProxy: true } }

test.each([
  ['an old protocol', { protocol: 'HTTP/1.1' }],
  ['an old TLS', { tls: 'TLSv1.1' }],
])('%s says nothing behind the proxy of a company, and something elsewhere', (_, client) => {
  for (const browser of [chrome, firefox]) {
    expect(signalsOf(browser({ client: { ...client, edge: proxied } }))).toEqual([])
    expect(signalsOf(browser({ client }))).not.toEqual([])
  }
})
