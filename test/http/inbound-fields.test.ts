import { describe, expect, it } from 'vitest'
import { isInboundOnly } from '../../src/http/inbound-fields.ts'

describe('a client cannot send on', () => {
  it.each([
    // Ours.
    ...['sallyport-client', 'sallyport-verdict', 'sallyport-request-id', 'sallyport-new'],
    ...['signature', 'signature-input', 'signature-agent'],
    // Who the client is.
    ...['forwarded', 'via', 'x-forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'],
    ...[
      'x-real-ip',
      'client-ip',
      'true-client-ip',
      'x-client-ip',
      'x-cluster-client-ip',
      'x-envoy-external-address',
    ],
    ...['cf-connecting-ip', 'cf-ray', 'cf-ipcountry', 'cf-visitor', 'cdn-loop', 'x-originating-ip'],
    ...['forwarded-for', 'x-forward-for', 'x-appengine-user-ip', 'fly-client-ip', 'remote-addr'],
    ...['x-scheme', 'x-url-scheme', 'front-end-https'],
    // The same to gateway interfaces.
    ...['x.forwarded.for', 'x-forwarded+for', 'sallyport.client', 'true!client~ip', 'forwarded|for'],
    // What is asked for.
    ...['x-original-url', 'x-original-uri', 'x-original-host', 'x-rewrite-url', 'x-override-url', 'x-host'],
    ...['x-http-method-override', 'x-http-method', 'x-method-override'],
    // What belongs to one hop.
    ...['connection', 'keep-alive', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'expect'],
    ...['transfer-encoding', 'content-length', 'upgrade', 'http2-settings', 'host'],
    // What is believed for no good reason.
    ...['proxy', 'x-middleware-subrequest'],
  ])('%s', (name) => expect(isInboundOnly(name)).toBe(true))
})

describe('a client can send on', () => {
  it.each([
    ...['accept', 'authorization', 'cookie', 'content-type', 'content-encoding', 'content-digest', 'range'],
    ...['user-agent', 'referer', 'origin', 'if-none-match', 'sec-websocket-key', 'priority', 'traceparent'],
    ...[
      'x-requested-with',
      'x-csrf-token',
      'x-forward',
      'x-originated',
      'x-environment',
      'sallyports',
      'sign',
    ],
    ...['x.request.with', 'x.', '.', 'sallyport', 'api.key'],
    ...['cfx', 'proxies', 'x', '', 'constructor', 'xsallyport-client'],
  ])('%j', (name) => expect(isInboundOnly(name)).toBe(false))
})
