import { describe, expect, it } from 'vitest'
import { judgeAnswer } from '../../../src/ingress/challenge/provider-verdict.ts'

const QUESTION = { response: 'r', token: 'token-1', sitekey: 'site-1', host: 'app.example' }
const GOOD = { success: true, hostname: 'app.example', action: 'sallyport', cdata: 'token-1' }

describe('an answer of siteverify', () => {
  it('passes for this site and this challenge', () => {
    expect(judgeAnswer('turnstile', GOOD, QUESTION)).toBe('passed')
    // hCaptcha repeats neither action nor data of ours.
    expect(judgeAnswer('hcaptcha', { success: true, hostname: 'app.example' }, QUESTION)).toBe('passed')
  })

  it.each([
    ['another site', { hostname: 'evil.example' }],
    ['no site', { hostname: undefined }],
    ['another purpose', { action: 'login' }],
    ['another challenge', { cdata: 'token-2' }],
    ['no challenge', { cdata: undefined }],
  ])('for %s is refused', (_, change) => {
    expect(judgeAnswer('turnstile', { ...GOOD, ...change }, QUESTION)).toBe('refused')
  })

  it.each(['timeout-or-duplicate', 'invalid-input-response', 'already-seen-response', 'bad-request'])(
    'of %s is refused',
    (code) => {
      expect(judgeAnswer('hcaptcha', { success: false, 'error-codes': [code] }, QUESTION)).toBe('refused')
    },
  )

  it.each(['internal-error', 'invalid-input-secret', 'missing-input-secret', 'sitekey-secret-mismatch'])(
    'of %s says nothing of the person',
    (code) => {
      expect(judgeAnswer('turnstile', { success: false, 'error-codes': [code] }, QUESTION)).toBe('down')
    },
  )

  it.each([undefined, null, 1, 'true', [], {}, { success: 1 }, { success: 'true' }])(
    'that is none is none: %j',
    (answer) => {
      expect(judgeAnswer('turnstile', answer, QUESTION)).toBe('down')
    },
  )
})
