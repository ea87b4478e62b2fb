import { expect, test } from 'vitest'
import { requestScheme } from '../../../src/http/rule-fields/request-scheme.ts'

const PHASES = [
  'http_request_dynamic_redirect',
  'http_request_firewall_custom',
  'http_request_late_transform',
  'http_response_headers_transform',
  'http_ratelimit.expression',
  'http_ratelimit',
  'http_ratelimit.counting',
]

function phasesThatKnow(name: string): readonly string[] {
  return PHASES.filter((phase) => {
    const field = requestScheme(new Map(), phase).fields.get(name)
    expect(field).toBeDefined()
    return field?.unavailable === undefined
  })
}

test('fields of the request are known everywhere', () => {
  expect(phasesThatKnow('http.request.uri.path')).toEqual(PHASES)
})

test.each(['http.response.code', 'raw.http.response.headers'])(
  '%s is known where there is a response',
  (name) => {
    expect(phasesThatKnow(name)).toEqual(['http_response_headers_transform', 'http_ratelimit.counting'])
  },
)

test.each(['http.request.body.raw', 'http.request.body.form', 'http.request.body.mime'])(
  '%s is known where limits count',
  (name) => {
    expect(phasesThatKnow(name)).toEqual(['http_ratelimit', 'http_ratelimit.counting'])
  },
)

test('parts of a multipart body are known nowhere', () => {
  expect(phasesThatKnow('http.request.body.multipart.names')).toEqual([])
})

test('what is not known says why, and where it is', () => {
  const reason = (phase: string, name: string) =>
    requestScheme(new Map(), phase).fields.get(name)?.unavailable
  expect(reason('http_request_firewall_custom', 'http.request.body.raw')).toContain(
    'counting_expression of a limit',
  )
  expect(reason('http_request_firewall_custom', 'http.response.code')).toContain(
    'http_response_headers_transform',
  )
  expect(reason('http_response_headers_transform', 'http.request.body.raw')).toContain('counting_expression')
  expect(reason('http_ratelimit', 'http.response.code')).toContain('counting_expression')
  expect(reason('http_ratelimit.expression', 'http.request.body.raw')).toContain('characteristics')
})
