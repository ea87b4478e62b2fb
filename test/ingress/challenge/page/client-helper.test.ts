import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { helperAnswer } from '../../../../src/ingress/challenge/page/client-helper.ts'

test('the module for scripts is small, and kept by browsers', () => {
  const { status, headers, body } = helperAnswer('request-1')
  expect(status).toBe(200)
  expect(gzipSync(body).length).toBeLessThan(1536)
  expect(headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=3600',
    'x-content-type-options': 'nosniff',
  })
})
