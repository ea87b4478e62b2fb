import { describe, expect, it, test } from 'vitest'
import { chooseLanguage } from '../../../../src/ingress/challenge/page/choose-language.ts'
import { clearedPage } from '../../../../src/ingress/challenge/page/cleared-page.ts'
import { framePage, type PageFrame } from '../../../../src/ingress/challenge/page/frame-page.ts'
import { resendPage } from '../../../../src/ingress/challenge/page/resend-page.ts'

const FRAME: PageFrame = {
  status: 200,
  requestId: 'request-1',
  nonce: 'nonce-1',
  texts: chooseLanguage('en'),
  framing: 'none',
}

describe("the operator's own page", () => {
  const template =
    '<!doctype html><html lang="{{lang}}" dir="{{dir}}"><title>{{title}}</title><style nonce="{{nonce}}">b{}</style>' +
    '<main>{{challenge}}</main><footer>{{request_id}} {{request_id}}</footer>'

  it('has everything in its place', () => {
    const { body } = framePage({ ...FRAME, template }, { title: 'A & B', block: '<p>block' })
    expect(body).toContain(
      '<html lang="en" dir="ltr"><title>A &#38; B</title><style nonce="nonce-1">b{}</style>',
    )
    expect(body).toContain('<p>block')
    expect(body).toContain('<footer>request-1 request-1</footer>')
    expect(body).not.toContain('{{')
  })

  it('is under the same policy as ours', () => {
    const policy = (frame: PageFrame) =>
      framePage(frame, { title: 'x', block: '' }).headers['content-security-policy']
    expect(policy({ ...FRAME, template })).toBe(policy(FRAME))
  })

  it('is filled in one pass: what is put in is not looked at again', () => {
    const { body } = framePage({ ...FRAME, template }, { title: '{{nonce}}', block: '$& {{nonce}} $1' })
    expect(body).toContain('<title>{{nonce}}</title>')
    expect(body).toContain('$& {{nonce}} $1')
  })
})

describe('the page that sends a form again', () => {
  it('has its fields, to the path they were meant for, and no script', () => {
    const { body, headers, status } = resendPage(FRAME, 'a=%22%26&b=1%0D%0A2&a=', '/buy?a=1&b')
    expect(status).toBe(200)
    expect(body).toContain(
      '<form method="post" action="/buy?a=1&#38;b"><input type="hidden" name="a" value="&#34;&#38;"><input type="hidden" name="b" value="1&#13;&#10;2"><input type="hidden" name="a" value=""><button>Send</button></form>',
    )
    expect(body).not.toContain('<script')
    expect(headers['content-security-policy']).not.toContain('script-src')
  })

  it('leads back when there is nothing that could be sent', () => {
    for (const body of ['', 'a=%00', '{}']) {
      const page = resendPage(FRAME, body, '/buy').body
      expect(page).not.toContain('<form')
      expect(page).toContain('<a class="button" href="/buy">')
    }
  })
})

test('a page for who is cleared already tells the page around it', () => {
  const { body, headers } = clearedPage({ ...FRAME, framing: 'self' })
  expect(body).toContain("parent.postMessage('sallyport-cleared', location.origin)")
  expect(headers['content-security-policy']).toContain("frame-ancestors 'self'")
  expect(headers['cache-control']).toBe('no-store')
})
