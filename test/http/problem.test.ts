import { describe, expect, it, test } from 'vitest'
import type { Decision } from '../../src/http/decision.ts'
import { problemAnswer, titleOf } from '../../src/http/problem.ts'

const ID = '0192f0c1-7d5e-7abc-8def-0123456789ab'
const DECISION: Decision = {
  action: 'block',
  stage: 'access',
  rule: 'access.office',
  reason: 'The client address is on a deny list.',
  fix: 'Take it off.',
  mode: 'enforce',
  status: 403,
}

function typeFor(accept: string | undefined): string | undefined {
  return problemAnswer(DECISION, ID, accept).headers['content-type']
}

describe('the form of a refusal', () => {
  it.each([
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'text/html',
    'text/html, application/json',
    'image/png, text/html',
  ])('is a page for %s', (accept) => expect(typeFor(accept)).toBe('text/html; charset=utf-8'))

  it.each([
    undefined,
    '',
    '*/*',
    'application/json',
    'application/problem+json, text/html',
    'application/json, text/html',
    'text/plain',
    'image/avif,image/webp,*/*',
  ])('is a problem document for %s', (accept) => expect(typeFor(accept)).toBe('application/problem+json'))
})

test('a problem document names status, stage, rule, fix and request id', () => {
  const { status, headers, body } = problemAnswer(DECISION, ID, undefined)
  expect(status).toBe(403)
  expect(headers).toEqual({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'sallyport-request-id': ID,
    'x-content-type-options': 'nosniff',
  })
  expect(JSON.parse(body)).toEqual({
    type: 'urn:sallyport:rule:access.office',
    title: 'Forbidden',
    status: 403,
    detail: DECISION.reason,
    stage: 'access',
    rule: 'access.office',
    fix: 'Take it off.',
    request_id: ID,
  })
  const { fix: _, ...without } = DECISION
  expect(JSON.parse(problemAnswer(without, ID, undefined).body)).not.toHaveProperty('fix')
})

test('documents of one rule differ with the decision and the request', () => {
  const read = (decision: Decision, id: string): Record<string, unknown> =>
    JSON.parse(problemAnswer(decision, id, undefined).body) as Record<string, unknown>
  expect(read(DECISION, 'a')).toMatchObject({ detail: DECISION.reason, request_id: 'a' })
  expect(read(DECISION, 'b"')).toMatchObject({ detail: DECISION.reason, request_id: 'b"' })
  const changes = [{ reason: 'Another.' }, { status: 429 }, { fix: 'Wait.' }, { stage: 'limits' }] as const
  for (const change of changes) {
    const decision: Decision = { ...DECISION, ...change }
    const { status, detail, fix, stage } = read(decision, 'a')
    expect({ status, reason: detail, fix, stage }).toMatchObject(change)
    expect(read(DECISION, 'a')).toMatchObject({ detail: DECISION.reason, stage: 'access', status: 403 })
  }
})

test('documents of more rules than are remembered are right', () => {
  for (let n = 0; n < 1000; n++) {
    const rule = `access.r${n % 600}`
    expect(JSON.parse(problemAnswer({ ...DECISION, rule }, ID, undefined).body)).toMatchObject({ rule })
  }
})

test('a page names rule and request id, runs nothing and is framed by nobody', () => {
  const { headers, body } = problemAnswer(DECISION, ID, 'text/html')
  for (const text of ['<title>Forbidden</title>', DECISION.reason, 'access.office', ID]) {
    expect(body).toContain(text)
  }
  expect(headers['content-security-policy']).toContain("default-src 'none'")
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
  expect(headers['cache-control']).toBe('no-store')
  expect(headers['sallyport-request-id']).toBe(ID)
  expect(body).not.toMatch(/<script|https?:/)
})

test('text in a page cannot become markup', () => {
  const hostile = `<img src=x onerror="alert('&')">`
  const decision = { ...DECISION, rule: hostile, reason: hostile }
  const { body } = problemAnswer(decision, hostile, 'text/html')
  expect(body).not.toContain('<img')
  const escaped = '&#60;img src=x onerror=&#34;alert(&#39;&#38;&#39;)&#34;&#62;'
  expect(body.split(escaped)).toHaveLength(4)
  expect(JSON.parse(problemAnswer(decision, ID, undefined).body).rule).toBe(hostile)
})

test('what the client sent is repeated in neither form', () => {
  const secret = 'text/html;q=0.9;token=s3cr3t'
  const { headers, body } = problemAnswer(DECISION, ID, secret)
  expect(JSON.stringify(headers) + body).not.toContain('s3cr3t')
})

test.each([
  [30, '30'],
  [0.2, '1'],
  [0, '1'],
  [-5, '1'],
  [29.1, '30'],
])('a wait of %d seconds is told as %s whole ones', (retryAfter, told) => {
  for (const accept of ['text/html', undefined]) {
    const { headers } = problemAnswer({ ...DECISION, retryAfter }, ID, accept)
    expect(headers['retry-after']).toBe(told)
  }
})

test('Retry-After and Connection are only there when there is something to say', () => {
  expect(Object.keys(problemAnswer(DECISION, ID, undefined).headers)).toHaveLength(4)
  const closing = problemAnswer({ ...DECISION, close: true }, ID, undefined)
  expect(closing.headers.connection).toBe('close')
  expect(problemAnswer({ ...DECISION, close: false }, ID, undefined).headers).not.toHaveProperty('connection')
})

test('every status has a title', () => {
  expect(titleOf(431)).toBe('Request header fields too large')
  expect(titleOf(418)).toBe('Refused')
  expect(titleOf(499)).toBe('Refused')
  expect(titleOf(599)).toBe('Server error')
})

test('a decision with content of its own is answered with that, whatever the client accepts', () => {
  const content = { type: 'text/plain; charset=utf-8', body: 'slow down\n' }
  const limited: Decision = { ...DECISION, status: 429, retryAfter: 5, content }
  for (const accept of [undefined, 'text/html', 'application/json']) {
    const { headers, body, status } = problemAnswer(limited, ID, accept)
    expect([status, body]).toEqual([429, 'slow down\n'])
    expect(headers).toMatchObject({
      'content-type': content.type,
      'retry-after': '5',
      'cache-control': 'no-store',
    })
  }
})
