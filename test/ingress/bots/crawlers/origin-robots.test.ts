import { describe, expect, test } from 'vitest'
import { readOriginRobots } from '../../../../src/ingress/bots/crawlers/origin-robots.ts'

const FILE = 'User-agent: *\nDisallow: /x\n'

describe('the origin’s robots.txt', () => {
  test('is its text, whatever type it has', async () => {
    for (const type of ['text/plain', 'text/html; charset=utf-8', 'application/octet-stream'])
      expect(await readOriginRobots(new Response(FILE, { headers: { 'content-type': type } }))).toEqual({
        kind: 'text',
        text: FILE,
      })
  })

  test('is none when the origin says so (RFC 9309 section 2.3.1.3), or sends a page', async () => {
    for (const status of [400, 401, 403, 404, 410])
      expect(await readOriginRobots(new Response(FILE, { status }))).toEqual({ kind: 'none' })
    expect(await readOriginRobots(new Response('\n <!doctype html><p>User-agent: *'))).toEqual({
      kind: 'none',
    })
  })

  test('is not known when the origin fails or is too busy (section 2.3.1.4)', async () => {
    for (const status of [429, 500, 502, 503, 504, 206, 204, 304])
      expect(
        await readOriginRobots(new Response(status === 204 || status === 304 ? null : FILE, { status })),
      ).toEqual({ kind: 'down' })
  })

  test('is elsewhere with a redirect', async () => {
    const response = new Response(null, {
      status: 301,
      headers: { location: 'https://b.example/robots.txt' },
    })
    expect(await readOriginRobots(response)).toEqual({
      kind: 'elsewhere',
      status: 301,
      location: 'https://b.example/robots.txt',
    })
    expect(await readOriginRobots(new Response(null, { status: 302 }))).toEqual({ kind: 'down' })
  })

  test('is read up to 500 KiB, with what is no UTF-8 replaced', async () => {
    let pulled = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++
        controller.enqueue(new Uint8Array(100_000).fill(0xff))
      },
    })
    const read = await readOriginRobots(new Response(endless))
    expect(read.kind === 'text' && read.text.length).toBe(500 * 1024)
    expect(pulled).toBeLessThan(10)
  })

  test('is not known when it breaks off', async () => {
    const broken = new ReadableStream({
      pull(controller) {
        controller.error(new Error('gone'))
      },
    })
    expect(await readOriginRobots(new Response(broken))).toEqual({ kind: 'down' })
  })
})
