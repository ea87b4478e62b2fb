/** Framing: where the content ends must not be a matter of opinion (RFC 9112 section 6.3). */
import type { Attempt } from '../attempt.ts'
import { type BatteryCase, casesOf, SPOOF } from '../battery-case.ts'
import { addFields } from '../edit-attempt.ts'
import type { Desk } from '../signing-desk.ts'

const { refused, either } = casesOf('framing')

const SMUGGLE = 'RFC 9112 section 11.2: two readings of one stream smuggle a request past the check'
const UNCOVERED = 'content behind a signed GET was put there by somebody else'

function framed(body: string, ...fields: readonly string[]): (desk: Desk) => Attempt {
  return (desk) => ({ ...addFields(desk.sign(), ...fields), body })
}

/** Signed as OPTIONS, which may have content. */
function framedOptions(body: string, ...fields: readonly string[]): (desk: Desk) => Attempt {
  return (desk) => ({ ...addFields(desk.sign({ method: 'OPTIONS' }), ...fields), body })
}

const CHUNKS = '3\r\nabc\r\n0\r\n\r\n'

/** A request that nobody signed, for the place after a signed one. */
const hidden = (desk: Desk): string =>
  `GET /${SPOOF} HTTP/1.1\r\nHost: ${desk.authority}\r\nX-Ignore: x\r\n\r\n`

const LENGTHS: readonly (readonly [name: string, value: string, why: string])[] = [
  ['a list of lengths that differ', '3, 0', SMUGGLE],
  ['a length with a sign', '+3', SMUGGLE],
  ['a negative length', '-3', SMUGGLE],
  ['a length in hexadecimal', '0x3', SMUGGLE],
  ['a length with a space within', '0 3', SMUGGLE],
  ['a length that is a word', 'abc', SMUGGLE],
  ['a length beyond sixty-four bits', '99999999999999999999999', 'CVE-2021-40346'],
]

const CODINGS: readonly (readonly [name: string, value: string, why: string])[] = [
  ['an unknown transfer coding', 'xchunked', SMUGGLE],
  ['a coding after chunked', 'chunked, identity', 'RFC 9112 section 6.1: chunked is last'],
  ['chunked twice', 'chunked, chunked', 'RFC 9112 section 6.1: chunked once'],
  ['a control byte before chunked', '\u000bchunked', 'CVE-2019-18277'],
  ['chunked in quotes', '"chunked"', SMUGGLE],
]

export const FRAMING: readonly BatteryCase[] = [
  either('a length that hides a request behind the last chunk', 'framing', SMUGGLE, (desk) => {
    const body = `0\r\n\r\n${hidden(desk)}`
    const length = ['Content-Length', String(body.length), 'Transfer-Encoding', 'chunked']
    return framedOptions(body, ...length)(desk)
  }),
  either('a chunk that hides a request behind the length', 'framing', SMUGGLE, (desk) => {
    const inner = hidden(desk)
    const size = inner.length.toString(16)
    const length = ['Transfer-Encoding', 'chunked', 'Content-Length', String(size.length + 2)]
    return framedOptions(`${size}\r\n${inner}\r\n0\r\n\r\n`, ...length)(desk)
  }),
  refused(
    'two lengths that differ',
    'framing',
    SMUGGLE,
    framedOptions('abc', 'Content-Length', '3', 'Content-Length', '0'),
  ),
  either(
    'two lengths that agree',
    'framing',
    SMUGGLE,
    framedOptions('abc', 'Content-Length', '3', 'Content-Length', '3'),
  ),
  either(
    'a list of lengths that agree',
    undefined,
    'RFC 9110 section 8.6: may be taken for one',
    framedOptions('abc', 'Content-Length', '3, 3'),
  ),
  ...LENGTHS.map(([name, value, why]) =>
    refused(name, undefined, why, framedOptions('abc', 'Content-Length', value)),
  ),
  ...CODINGS.map(([name, value, why]) =>
    refused(name, 'framing', why, framedOptions(CHUNKS, 'Transfer-Encoding', value)),
  ),
  either(
    'a transfer coding twice',
    'framing',
    SMUGGLE,
    framedOptions(CHUNKS, 'Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked'),
  ),
  either('a transfer coding in HTTP/1.0', undefined, 'RFC 9112 section 6.1', (desk) => ({
    ...framed(CHUNKS, 'Transfer-Encoding', 'chunked')(desk),
    version: 'HTTP/1.0',
  })),
  either(
    'another spelling of a transfer coding',
    undefined,
    SMUGGLE,
    framed('', 'Transfer_Encoding', 'chunked'),
  ),
  refused('content behind a signed GET', 'framing', UNCOVERED, framed('abc', 'Content-Length', '3')),
  refused(
    'content in chunks behind a signed GET',
    'framing',
    UNCOVERED,
    framed(CHUNKS, 'Transfer-Encoding', 'chunked'),
  ),
  either(
    'no content in chunks behind a signed GET',
    'framing',
    UNCOVERED,
    framed('0\r\n\r\n', 'Transfer-Encoding', 'chunked'),
  ),
  refused('content behind a signed HEAD', 'framing', UNCOVERED, (desk) => ({
    ...addFields(desk.sign({ method: 'HEAD' }), 'Content-Length', '3'),
    body: 'abc',
  })),
  refused(
    'an unsigned request behind a signed one',
    'unsigned',
    'each request on a connection is checked by itself',
    (desk) => ({
      ...desk.sign(),
      body: hidden(desk),
      answers: 2,
    }),
  ),
  refused(
    'an unsigned request behind one without content',
    'unsigned',
    'each request on a connection is checked by itself',
    (desk) => ({
      ...addFields(desk.sign(), 'Content-Length', '0'),
      body: hidden(desk),
      answers: 2,
    }),
  ),
  refused(
    'a chunk size that is no number',
    undefined,
    SMUGGLE,
    framedOptions('xyz\r\nabc\r\n0\r\n\r\n', 'Transfer-Encoding', 'chunked'),
    { late: true },
  ),
  either(
    'a chunk that is longer than its size',
    undefined,
    SMUGGLE,
    (desk) => framedOptions(`1\r\nabc\r\n0\r\n\r\n${hidden(desk)}`, 'Transfer-Encoding', 'chunked')(desk),
    { late: true },
  ),
]
