/** Messages that parsers disagree about (RFC 9112 sections 2 to 5). */
import { type BatteryCase, casesOf, SPOOF, SPOOF_IP } from '../battery-case.ts'
import { addFields, editText, mapFields } from '../edit-attempt.ts'
import { CLIENT, INPUT } from '../signing-desk.ts'

const { refused, either, passes } = casesOf('syntax')

const COLON = 'RFC 9112 section 5.1: no space before the colon'
const FOLD = 'RFC 9112 section 5.2: folded lines are read in three ways'
const BYTES = 'RFC 9110 section 5.5: CR, LF and NUL in a value end it for some'
const VERSION = 'RFC 9112 section 2.3'
const FAKE = `ip="${SPOOF_IP}", host="${SPOOF}", scheme=https`

/** Lines put into the head, as they are, before the blank one. */
const withLines = (name: string, why: string, lines: string): BatteryCase =>
  either(name, undefined, why, (desk) => editText(desk.sign(), /\r\n\r\n/, `\r\n${lines}\r\n\r\n`))

const LINES: readonly BatteryCase[] = [
  withLines('a client with a space before the colon', COLON, `${CLIENT} : ${FAKE}`),
  withLines('a client with a tab before the colon', COLON, `${CLIENT}\t: ${FAKE}`),
  withLines('X-Forwarded-For with a space before the colon', COLON, `X-Forwarded-For : ${SPOOF_IP}`),
  withLines('a name that begins with a space', FOLD, `X-Extra: a\r\n ${CLIENT}: ${FAKE}`),
  withLines('a claim on a folded line', FOLD, `X-Extra: a\r\n\tX-Forwarded-For: ${SPOOF_IP}`),
  withLines('a claim after a line feed alone', BYTES, `X-Extra: a\nX-Forwarded-For: ${SPOOF_IP}`),
  withLines(
    'a claim after a carriage return alone',
    'CVE-2023-30589',
    `X-Extra: a\rX-Forwarded-For: ${SPOOF_IP}`,
  ),
  withLines('a zero byte in a value', BYTES, 'X-Extra: a\u0000b'),
  withLines('a control byte in a name', 'RFC 9110 section 5.1', `X-Forwarded-For\u0001: ${SPOOF_IP}`),
  withLines('a byte outside ASCII in a name', 'RFC 9110 section 5.1', `X-Forwarded-For\u00a0: ${SPOOF_IP}`),
  withLines('an empty name', 'CVE-2023-25725', `: x\r\nX-Forwarded-For: ${SPOOF_IP}`),
  withLines('a line without a colon', 'RFC 9112 section 5', 'garbage'),
  withLines(
    'a value of thirty kilobytes',
    'bounds hold before the signature',
    `X-Extra: ${'x'.repeat(30_000)}`,
  ),
  withLines(
    'five hundred lines',
    'bounds hold before the signature',
    Array.from({ length: 500 }, (_, i) => `X-${i}: x`).join('\r\n'),
  ),
]

export const SYNTAX: readonly BatteryCase[] = [
  ...LINES,
  refused('another client after a line feed alone', undefined, BYTES, (desk) =>
    editText(desk.sign(), `${CLIENT}: `, `X-Extra: a\n${CLIENT}: ${FAKE}\r\n${CLIENT}: `),
  ),
  refused('another client on a folded line', undefined, FOLD, (desk) =>
    editText(desk.sign(), new RegExp(`(${CLIENT}: [^\r]*)`), `$1\r\n , ${FAKE}`),
  ),
  either('the signed client on two lines', undefined, FOLD, (desk) =>
    editText(desk.sign(), new RegExp(`(${CLIENT}: [^,]*,) `), '$1\r\n '),
  ),
  refused('a signed client cut by a zero byte', undefined, BYTES, (desk) =>
    editText(desk.sign(), new RegExp(`(${CLIENT}: [^\r]*)`), `$1\u0000${SPOOF}`),
  ),
  refused('a Signature-Input of sixty kilobytes', undefined, 'bounds hold before the signature', (desk) =>
    mapFields(desk.sign(), (name, value) => [[name, name === INPUT ? value + 'x'.repeat(60_000) : value]]),
  ),
  either('line feeds alone for line ends', undefined, 'RFC 9112 section 2.2', (desk) =>
    editText(desk.sign(), /\r\n/g, '\n'),
  ),
  either('an empty line before the request', undefined, 'RFC 9112 section 2.2', (desk) =>
    editText(desk.sign(), /^/, '\r\n'),
  ),
  refused('a space before the request', undefined, 'RFC 9112 section 3', (desk) =>
    editText(desk.sign(), /^/, ' '),
  ),
  either('two spaces in the request line', undefined, 'RFC 9112 section 3', (desk) =>
    editText(desk.sign(), ' ', '  '),
  ),
  either('a tab in the request line', undefined, 'RFC 9112 section 3', (desk) =>
    editText(desk.sign(), ' ', '\t'),
  ),
  either('a space after the version', undefined, 'RFC 9112 section 3', (desk) =>
    editText(desk.sign(), 'HTTP/1.1\r\n', 'HTTP/1.1 \r\n'),
  ),
  either('HTTP/1.0, signed', undefined, VERSION, (desk) => ({ ...desk.sign(), version: 'HTTP/1.0' })),
  refused('HTTP/1.0, unsigned', undefined, VERSION, (desk) => ({ ...desk.plain(), version: 'HTTP/1.0' })),
  refused('HTTP/1.0 without a host, unsigned', undefined, VERSION, (desk) => ({
    ...desk.plain(),
    version: 'HTTP/1.0',
    fields: [],
  })),
  refused('HTTP/0.9', undefined, 'RFC 1945 section 4.1: a request without a head', (desk) => ({
    ...desk.plain(),
    text: `GET ${desk.target}\r\n\r\n`,
  })),
  either('HTTP/1.2', undefined, VERSION, (desk) => ({ ...desk.sign(), version: 'HTTP/1.2' })),
  either('HTTP/2.0 in a line', undefined, VERSION, (desk) => ({ ...desk.sign(), version: 'HTTP/2.0' })),
  either('HTTP/9.9', undefined, VERSION, (desk) => ({ ...desk.sign(), version: 'HTTP/9.9' })),
  either('the version in lower case', undefined, VERSION, (desk) => ({
    ...desk.sign(),
    version: 'http/1.1',
  })),
  either('no version', undefined, VERSION, (desk) => editText(desk.sign(), ' HTTP/1.1', '')),
  refused('bytes that are no HTTP', undefined, 'RFC 9112 section 3', (desk) => ({
    ...desk.plain(),
    text: '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n',
  })),
  passes('an empty value', 'RFC 9110 section 5.5', (desk) => addFields(desk.sign(), 'X-Extra', '')),
]
