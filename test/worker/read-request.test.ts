import { describe, expect, it, test } from 'vitest'
import { NOT_ORIGIN_FORM } from '../../src/http/target.ts'
import { type IncomingRequest, readRequest } from '../../src/worker/read-request.ts'

interface Change {
  readonly url?: string
  readonly method?: string
  readonly host?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly cf?: unknown
}

/** A request as workerd hands it over: `url` is Host and target as received, joined. */
function read({ url = 'http://app.example/', host = 'app.example', ...rest }: Change = {}) {
  const request: IncomingRequest = {
    url,
    method: rest.method ?? 'GET',
    headers: new Headers({ host, ...rest.headers }),
    body: rest.body ?? null,
    cf: rest.cf,
  }
  return readRequest(request, (headers, properties) => {
    const tls = properties?.tlsVersion
    return {
      address: undefined,
      country: headers.get('x-country') ?? '',
      ...(typeof tls === 'string' ? { tls } : {}),
    }
  })
}

test('scheme, host and target are taken apart again', () => {
  const facts = read({ url: 'https://app.example:8443/a//%62?c', host: 'App.Example:8443' })
  expect(facts.scheme).toBe('https')
  expect(facts.host).toEqual({ name: 'app.example', authority: 'app.example:8443', trailingDot: false })
  const { path, query } = facts.target
  expect(path + query).toBe('/a/b?c')
})

describe('the target', () => {
  it.each([
    ['http://app.example/a?http://b/', 'app.example', '/a?http://b/'],
    ['http://app.example:80/a', 'app.example', '/a'],
    ['http://app.example/a', 'app.example:80', '/a'],
    ['http://app.example/a', 'APP.example.', '/a'],
    ['http://app.example//b/c', 'app.example', '/b/c'],
    ['http://[::1]:81/a', '[::1]:81', '/a'],
    ['http://[::1]/a', '[0:0:0:0:0:0:0:1]', '/a'],
  ])('of %s for the host %s is %s', (url, host, target) => {
    const { path, query, anomalies } = read({ url, host }).target
    expect([path + query, anomalies]).toEqual([target, 0])
  })

  it.each([
    ['http://other.example/a', 'app.example'],
    ['http://app.example:81/a', 'app.example'],
    ['http://user@app.example/a', 'app.example'],
    ['http://app.example', 'app.example'],
    ['http://app.example?a', 'app.example'],
    ['http://app.example/a#b', 'app.example'],
    ['http://app.example*/', 'app.example'],
  ])('of %s for the host %s was no path', (url, host) => {
    expect(read({ url, host }).target.anomalies).toBe(NOT_ORIGIN_FORM)
  })
})

test('the host is the Host field, and unreadable when there is none', () => {
  expect(read({ url: 'http://app.example/', host: '' }).host.name).toBe('')
  expect(read({ url: 'http://app.example/', host: 'a, b' }).host.name).toBe('')
})

describe('a body', () => {
  const body = new ReadableStream()
  it.each([
    ['follows when the runtime holds one', { body }, true],
    ['follows with a length', { body, headers: { 'content-length': '5' } }, true],
    ['does not follow with a length of 0', { body, headers: { 'content-length': '0' } }, false],
    ['does not follow when the runtime holds none', { headers: { 'content-length': '5' } }, false],
  ])('%s', (_, change, expected) => {
    expect(read({ method: 'POST', ...change }).hasBody).toBe(expected)
  })
})

test('the client is read from all fields and the properties of the request', () => {
  const facts = read({ method: 'PATCH', headers: { 'x-country': 'NO' }, cf: { tlsVersion: 'TLSv1.3' } })
  expect(facts.client).toEqual({ address: undefined, country: 'NO', tls: 'TLSv1.3' })
  expect(facts.method).toBe('PATCH')
  expect(facts.headers.get('x-country')).toBe('NO')
})
