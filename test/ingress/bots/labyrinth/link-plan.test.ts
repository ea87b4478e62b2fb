import { describe, expect, test } from 'vitest'
import { applyHeaderEdits } from '../../../../src/http/header-edit.ts'
import { planLink } from '../../../../src/ingress/bots/labyrinth/link-plan.ts'
import { createFacts, type FactsChange } from '../../../http/facts.ts'

type Fields = Readonly<Record<string, string>>

const HTML: Fields = { 'content-type': 'text/html; charset=utf-8' }

function plan(fields: Fields, { status = 200, ...change }: FactsChange & { readonly status?: number } = {}) {
  return planLink(createFacts(change), { status, headers: new Headers({ ...HTML, ...fields }) })
}

/** The fields of a page with the link, or nothing when it gets none. */
function edited(fields: Fields): Fields | undefined {
  const edits = plan(fields)
  if (!edits) return undefined
  const headers = new Headers({ ...HTML, ...fields })
  applyHeaderEdits(headers, edits)
  return Object.fromEntries(headers)
}

const request = (fields: Fields): FactsChange => ({ headers: Object.entries(fields) })

describe('the plan for a hidden link', () => {
  test('makes the page private, as its link is for one client', () => {
    expect(edited({})).toEqual({ ...HTML, 'cache-control': 'private' })
    expect(edited({ 'last-modified': 'Mon, 23 Nov 2026 08:00:00 GMT' })).toMatchObject({
      'cache-control': 'private',
    })
    expect(edited({ 'cache-control': 'no-cache' })).toMatchObject({ 'cache-control': 'no-cache, private' })
    expect(edited({ 'cache-control': 'max-age=0, must-revalidate' })).toMatchObject({
      'cache-control': 'max-age=0, must-revalidate, private',
    })
    for (const control of ['private, max-age=60', 'no-store'])
      expect(edited({ 'cache-control': control })).toMatchObject({ 'cache-control': control })
  })

  test.each<Fields>([
    { 'cache-control': 'public' },
    { 'cache-control': 'private="set-cookie", max-age=60' },
    { 'cache-control': 'S-MaxAge=60' },
    { 'cache-control': 'max-age=60' },
    { 'cache-control': 'max-age="60"' },
    { 'cdn-cache-control': 'max-age=60' },
    { 'surrogate-control': 'max-age=60' },
    { expires: 'Mon, 23 Nov 2099 08:00:00 GMT' },
  ])('leaves alone what shared caches may keep: %j', (fields) => {
    expect(plan(fields)).toBeUndefined()
  })

  test('takes a page that has expired for one that is not kept', () => {
    const date = 'Mon, 23 Nov 2026 08:00:00 GMT'
    for (const expires of ['0', '-1', date, 'Thu, 01 Jan 1970 00:00:00 GMT'])
      expect(edited({ expires, date })).toMatchObject({ 'cache-control': 'private' })
  })

  test('drops what is no longer true, and makes a strong entity tag weak', () => {
    const fields = {
      'content-length': '10',
      'accept-ranges': 'bytes',
      'content-md5': 'x',
      digest: 'x',
      'content-digest': 'x',
      'repr-digest': 'x',
    }
    expect(edited({ ...fields, etag: '"abc"', vary: 'accept' })).toEqual({
      ...HTML,
      'cache-control': 'private',
      etag: 'W/"abc"',
      vary: 'accept',
    })
    expect(edited({ etag: 'W/"abc"' })).toMatchObject({ etag: 'W/"abc"' })
  })

  test.each<Fields>([
    { 'content-type': 'application/json' },
    { 'content-type': 'text/htmlx' },
    { 'content-type': 'application/xhtml+xml' },
    { 'content-type': 'text/html; charset=UTF-16LE' },
    { 'content-encoding': 'zstd' },
    { 'content-encoding': 'gzip, br' },
    { 'content-disposition': 'attachment; filename=a.html' },
    { 'content-range': 'bytes 0-1/2' },
    { 'cache-control': 'private, no-transform' },
    { 'signature-input': 'sig=("content-digest")' },
  ])('leaves alone what cannot or must not be rewritten: %j', (fields) => {
    expect(plan(fields)).toBeUndefined()
  })

  test('rewrites what the runtime can decode', () => {
    for (const encoding of ['gzip', 'br', 'identity'])
      expect(plan({ 'content-encoding': encoding })).toBeDefined()
  })

  test('is for whole pages', () => {
    for (const status of [201, 206, 304, 404, 500]) expect(plan({}, { status })).toBeUndefined()
    for (const method of ['HEAD', 'POST', 'PUT']) expect(plan({}, { method })).toBeUndefined()
    expect(plan({}, request({ range: 'bytes=0-1' }))).toBeUndefined()
  })

  test.each<Fields>([
    { 'sec-fetch-dest': 'iframe' },
    { 'sec-fetch-dest': 'empty' },
    { 'sec-fetch-dest': 'image', 'sec-fetch-site': 'cross-site' },
    { 'sec-purpose': 'prefetch', 'sec-fetch-dest': 'document' },
    { 'sec-purpose': 'prefetch', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'cross-site' },
    { 'x-requested-with': 'XMLHttpRequest' },
  ])('is not for parts of pages and prefetches: %j', (fields) => {
    expect(plan({}, request(fields))).toBeUndefined()
  })

  test.each<Fields>([
    {},
    { 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' },
    { 'sec-fetch-dest': 'document', 'sec-fetch-site': 'cross-site' },
  ])('is for pages that somebody goes to: %j', (fields) => {
    expect(plan({}, request(fields))).toBeDefined()
  })
})
