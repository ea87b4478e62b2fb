import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readAnswers } from '../../../src/cli/doctor/read-answers.ts'

const statuses = (text: string, headless = false): number[] =>
  readAnswers(text, headless).map(({ status }) => status)

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const NO = 'HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n'

describe('answers in a stream', () => {
  test.each<[name: string, text: string, want: number[]]>([
    ['nothing yet', '', []],
    ['half a head', 'HTTP/1.1 200 OK\r\nContent-', []],
    ['a head is enough for the last one', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe', [200]],
    ['two by length', OK + NO, [200, 401]],
    ['the second waits for the first', `HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n${'x'.repeat(4)}`, [200]],
    [
      'two by chunks',
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n${NO}`,
      [200, 401],
    ],
    ['content until the end', `HTTP/1.0 200 OK\r\n\r\n${NO}`, [200]],
    ['an interim one is none', `HTTP/1.1 100 Continue\r\n\r\n${NO}`, [401]],
    ['a switch of protocols is one, and the last', `HTTP/1.1 101 Switching Protocols\r\n\r\n${NO}`, [101]],
    ['without content by status', `HTTP/1.1 204 No Content\r\n\r\n${NO}`, [204, 401]],
    ['what is no HTTP', 'SSH-2.0-x\r\n\r\n', []],
    ['chunks that are none', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n', [200]],
  ])('%s', (_, text, want) => {
    expect(statuses(text)).toEqual(want)
  })

  test('an answer to HEAD has no content, whatever it says', () => {
    expect(statuses(`HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n${NO}`, true)).toEqual([200, 401])
  })

  test('more of a stream never takes an answer away, and nothing throws', () => {
    const piece = fc.oneof(
      fc.constantFrom(OK, NO, 'HTTP/1.1 100 Continue\r\n\r\n', '\r\n', '0\r\n\r\n', 'ffffffffffffffff\r\n'),
      fc.constant('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'),
      fc.string({ maxLength: 20 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.nat(), (pieces, cut) => {
        const text = pieces.join('')
        const whole = statuses(text)
        const part = statuses(text.slice(0, cut % (text.length + 1)))
        expect(whole.slice(0, part.length)).toEqual(part)
      }),
    )
  })
})
