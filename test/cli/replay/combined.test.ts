import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCombinedLine } from '../../../src/cli/replay/combined.ts'
import type { LogRequest, ParsedLine } from '../../../src/cli/replay/log-request.ts'

const parse = (line: string): ParsedLine => parseCombinedLine(Buffer.from(line, 'latin1'))

function request(line: string): LogRequest {
  const parsed = parse(line)
  if (parsed.kind !== 'request') throw new Error(`not a request: ${JSON.stringify(parsed)}`)
  return parsed.request
}

const TIME = '[10/Oct/2026:13:55:36 -0700]'
const SENT = Date.UTC(2026, 9, 10, 20, 55, 36)

describe('parseCombinedLine', () => {
  it('reads a line as nginx writes it', () => {
    expect(
      request(`203.0.113.7 - - ${TIME} "GET /a?b=1 HTTP/2.0" 304 0 "https://x.example/" "Moz \\x22q\\x22"`),
    ).toEqual({
      time: SENT,
      client: '203.0.113.7',
      method: 'GET',
      target: '/a?b=1',
      protocol: 'HTTP/2.0',
      status: 304,
      headers: [
        ['referer', 'https://x.example/'],
        ['user-agent', 'Moz "q"'],
      ],
    })
  })

  it('reads the escapes of Apache', () => {
    const line = `2001:db8::1 - frank ${TIME} "GET /\\"x\\" HTTP/1.1" 200 - "-" "a\\\\ \\"b\\" \\t\\n \\xe9 \\q \\xZZ"`
    expect(request(line)).toMatchObject({
      client: '2001:db8::1',
      target: '/"x"',
      headers: [['user-agent', 'a\\ "b" \t\n \u00e9 \\q \\xZZ']],
    })
  })

  it.each([
    ['www.example.com:443 203.0.113.7', 'www.example.com', '203.0.113.7'],
    ['www.example.com 203.0.113.7', 'www.example.com', '203.0.113.7'],
    ['[2001:db8::5]:80 2001:db8::1', '[2001:db8::5]', '2001:db8::1'],
    ['192.0.2.1:80 203.0.113.7', '192.0.2.1', '203.0.113.7'],
  ])('reads the virtual host in front of %s', (start, host, client) => {
    expect(request(`${start} - - ${TIME} "GET / HTTP/1.1" 200 5 "-" "-"`)).toMatchObject({ host, client })
  })

  it.each([
    ['client.example.net - - ', 'client.example.net'],
    ['unix: - - ', 'unix:'],
    ['203.0.113.7 - john doe ', '203.0.113.7'],
    [`203.0.113.7 - x [10/Oct/2001:13:55:36 +0000] GET `, '203.0.113.7'],
  ])('takes the client from %s', (start, client) => {
    const read = request(`${start}${TIME} "GET / HTTP/1.1" 200 5`)
    expect(read).toMatchObject({ client, time: SENT })
    expect(read.host).toBeUndefined()
  })

  it('reads the Common Log Format, and ignores fields after the user agent', () => {
    expect(request(`203.0.113.7 - - ${TIME} "GET / HTTP/1.0" 200 2326`).headers).toEqual([])
    expect(
      request(`203.0.113.7 - - ${TIME} "GET / HTTP/1.0" 200 2 "-" "ua" "1.2.3.4" 0.002 rt="x`).headers,
    ).toEqual([['user-agent', 'ua']])
  })

  it('takes host and scheme-less target from an absolute-form target', () => {
    const at = (target: string) => request(`203.0.113.7 - - ${TIME} "GET ${target} HTTP/1.1" 200 2`)
    expect(at('http://u@evil.example:8080/x?y')).toMatchObject({ host: 'evil.example:8080', target: '/x?y' })
    expect(at('HTTPS://evil.example')).toMatchObject({ host: 'evil.example', target: '/' })
    expect(at('http://evil.example?q')).toMatchObject({ host: 'evil.example', target: '/?q' })
  })

  it('keeps spaces in a target and writes bytes beyond ASCII as escapes', () => {
    const line = `203.0.113.7 - - ${TIME} "GET /a b/\\xC3\\xA9\xe9 HTTP/1.1" 200 2`
    expect(request(line).target).toBe('/a b/%C3%A9%E9')
  })

  it('reads HTTP/0.9 and requests with a status the server did not log', () => {
    expect(request(`203.0.113.7 - - ${TIME} "GET /" 200 2`).protocol).toBe('HTTP/0.9')
    expect(request(`203.0.113.7 - - ${TIME} "GET / HTTP/1.1" - 2`).status).toBeUndefined()
  })

  it.each([
    '',
    '-',
    '\\x16\\x03\\x01\\x00\\xEC',
    '\\x16\\x03 /x HTTP/1.1',
    'quit',
    'GET  HTTP/1.1',
    'hello world',
    ' / HTTP/1.1',
  ])('finds no request in a request line of %j', (text) => {
    expect(parse(`203.0.113.7 - - ${TIME} "${text}" 400 0 "-" "-"`)).toEqual({ kind: 'empty' })
  })

  it.each([
    ['', 'no quoted request line'],
    ['rubbish', 'no quoted request line'],
    ['203.0.113.7 "GET / HTTP/1.1" 200 5', 'no [day/month'],
    ['203.0.113.7 - - [10/Xxx/2026:13:55:36 -0700] "GET / HTTP/1.1" 200 5', 'no [day/month'],
    ['203.0.113.7 - - [99/Oct/2026:13:55:36 -0700] "GET / HTTP/1.1" 200 5', 'no [day/month'],
    [`${TIME} "GET / HTTP/1.1" 200 5`, 'fewer than three fields'],
    [`203.0.113.7 ${TIME} "GET / HTTP/1.1" 200 5`, 'fewer than three fields'],
    [`203.0.113.7 - - ${TIME} "GET / HTTP/1.1`, 'does not end'],
    [`203.0.113.7 - - ${TIME} "GET / HTTP/1.1\\" 200 5`, 'does not end'],
    [`203.0.113.7 - - ${TIME} "GET / HTTP/1.1" 200 5 "-" "Mozi`, 'does not end'],
    [`203.0.113.7 - - ${TIME} "GET / HTTP/1.1" ok 5`, 'no three-digit status'],
    [`203.0.113.7 - - ${TIME} "GET / HTTP/1.1" 2000 5`, 'no three-digit status'],
    [`203.0.113.7 - - ${TIME} "GET / HTTP/1.1"`, 'no three-digit status'],
  ])('says what is wrong with %j', (line, reason) => {
    const parsed = parse(line)
    expect(parsed.kind === 'bad' && parsed.reason).toContain(reason)
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        parseCombinedLine(Buffer.from(bytes))
        parseCombinedLine(Buffer.concat([Buffer.from(`203.0.113.7 - - ${TIME} "`), Buffer.from(bytes)]))
      }),
    )
  })
})

const escapes: Readonly<Record<string, (byte: number) => string>> = {
  nginx: (byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c
      ? `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`
      : String.fromCharCode(byte),
  apache(byte) {
    const letters: Record<number, string> = { 8: 'b', 9: 't', 10: 'n', 11: 'v', 13: 'r', 34: '"', 92: '\\' }
    if (letters[byte] !== undefined) return `\\${letters[byte]}`
    return byte < 0x20 || byte > 0x7e ? `\\x${byte.toString(16).padStart(2, '0')}` : String.fromCharCode(byte)
  },
}

const bytesText = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1'))
const asciiTarget = fc
  .string({ unit: fc.constantFrom(...'abcXYZ019-._~/?&=%"\\+@:;,!\u0001\u0000\t'), maxLength: 40 })
  .map((text) => `/${text}`)

describe.each(Object.keys(escapes))('a request written as %s does', (server) => {
  const write = (text: string): string =>
    Array.from(Buffer.from(text, 'latin1'), (byte) => escapes[server]?.(byte)).join('')

  it('is read back as it was', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('GET', 'POST', 'M-SEARCH', 'patch'),
        asciiTarget,
        bytesText,
        bytesText,
        fc.ipV4(),
        fc.option(fc.constantFrom('www.example.com', 'a.example'), { nil: undefined }),
        fc.integer({ min: 100, max: 599 }),
        (method, target, referer, agent, client, host, status) => {
          const start = `${host === undefined ? '' : `${host}:443 `}${client} - -`
          const line = `${start} ${TIME} "${write(`${method} ${target} HTTP/1.1`)}" ${status} 7 "${write(referer)}" "${write(agent)}"`
          const sent = [
            ['referer', referer],
            ['user-agent', agent],
          ].filter(([, value]) => value !== '-')
          expect(request(line)).toEqual({
            time: SENT,
            client,
            method,
            target,
            protocol: 'HTTP/1.1',
            status,
            headers: sent,
            ...(host === undefined ? {} : { host }),
          })
        },
      ),
    )
  })
})
