import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCurl } from '../../../src/cli/explain/read-curl.ts'
import type { RequestExample } from '../../../src/policy/test-case.ts'

function read(command: string): RequestExample {
  const result = readCurl(command)
  if (!result.ok) throw new Error(result.message)
  return result.value
}

function notes(command: string): string {
  const result = readCurl(command)
  return result.ok ? result.notes.join('\n') : ''
}

const headers = (command: string): Readonly<Record<string, string>> =>
  Object.fromEntries(read(command).headers.map(([name, value]) => [name.toLowerCase(), value]))

describe('a curl command', () => {
  test.each([
    ['curl https://a.example/x?y=1', 'GET', 'https://a.example/x?y=1'],
    ["curl 'https://a.example/?a=1&b=2#part'", 'GET', 'https://a.example/?a=1&b=2'],
    ['curl a.example', 'GET', 'http://a.example/'],
    ['curl -X DELETE --url https://a.example/x', 'DELETE', 'https://a.example/x'],
    ['curl -XPURGE https://a.example/', 'PURGE', 'https://a.example/'],
    ['curl -I https://a.example/', 'HEAD', 'https://a.example/'],
    ['curl -d a=b https://a.example/', 'POST', 'https://a.example/'],
    ['curl -T file https://a.example/', 'PUT', 'https://a.example/'],
    [
      'curl -G -d a=b --data-urlencode "c=d e" https://a.example/?x',
      'GET',
      'https://a.example/?x&a=b&c=d%20e',
    ],
    ['curl https://a.example/a/./b/../c/..', 'GET', 'https://a.example/a/'],
    ['curl --path-as-is https://a.example/a/../b', 'GET', 'https://a.example/a/../b'],
    ['curl https://a.example/%2e%2e/b', 'GET', 'https://a.example/%2e%2e/b'],
    ['curl "https://a.example/é?ü"', 'GET', 'https://a.example/%C3%A9?%C3%BC'],
    ['curl \\\n  -sS \\\r\n  https://a.example/', 'GET', 'https://a.example/'],
    ['curl -sSLk -o /dev/null -w "%{http_code}" https://a.example/', 'GET', 'https://a.example/'],
  ])('%j asks for %s %s', (command, method, url) => {
    expect(read(command)).toMatchObject({ method, url })
  })

  test('sends the fields that curl sends, unless it is told otherwise', () => {
    expect(headers('curl https://a/')).toEqual({ 'user-agent': 'curl/8', accept: '*/*' })
    expect(headers("curl https://a/ -H 'accept: text/html' -A Mozilla")).toEqual({
      accept: 'text/html',
      'user-agent': 'Mozilla',
    })
    expect(headers("curl https://a/ -H 'Accept:' -A '' -H 'X-Empty;'")).toEqual({ 'x-empty': '' })
    expect(headers('curl https://a/ --compressed -r 0-9')).toMatchObject({
      'accept-encoding': 'deflate, gzip, br, zstd',
      range: 'bytes=0-9',
    })
  })

  test('has credentials, cookies and a referrer in their fields', () => {
    expect(headers('curl -u me:pw -b a=b -e https://r/ https://a/')).toMatchObject({
      authorization: 'Basic bWU6cHc=',
      cookie: 'a=b',
      referer: 'https://r/',
    })
    expect(read('curl https://me:p%40@a/x')).toMatchObject({ url: 'https://a/x' })
    expect(headers('curl https://me:p%40@a/x')).toMatchObject({ authorization: 'Basic bWU6cEA=' })
    expect(headers('curl --oauth2-bearer abc https://a/')).toMatchObject({ authorization: 'Bearer abc' })
  })

  test('announces its content: the length in bytes, joined as curl joins it', () => {
    expect(headers('curl -d a=é -d b=2 https://a/')).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': '8',
    })
    expect(headers(`curl --json '{"a":1}' https://a/`)).toMatchObject({
      'content-type': 'application/json',
      accept: 'application/json',
      'content-length': '7',
    })
    expect(headers('curl -F a=b https://a/')['content-type']).toMatch(/^multipart\/form-data/)
    expect(headers('curl -d @file https://a/')).toMatchObject({ 'transfer-encoding': 'chunked' })
    expect(headers('curl --data-raw @text https://a/')).toMatchObject({ 'content-length': '5' })
  })

  test('says which protocol when it does', () => {
    expect(read('curl --http2 https://a/').http).toBe('HTTP/2')
    expect(read('curl https://a/').http).toBeUndefined()
  })

  test.each([
    ['curl -L https://a/', 'Redirects are not followed'],
    ['curl -d @secret.txt https://a/', 'The file of @secret.txt is not read'],
    ['curl -b jar.txt https://a/', 'The cookies in the file jar.txt are not read'],
    ['curl -H @fields https://a/', 'The header fields in fields are not read'],
    ['curl -H nonsense https://a/', 'A -H without a colon was left out'],
    ['curl -H "authorization: $TOKEN" https://a/', '$TOKEN is not expanded'],
    ['curl https://a/x/../y', '--path-as-is'],
    ['curl https://a/', 'User-Agent is taken as curl/8'],
  ])('%j notes what is not known or not done', (command, words) => {
    expect(notes(command)).toContain(words)
  })

  test.each([
    ['curl', 'has no URL'],
    ['wget https://a/', 'does not begin with curl'],
    ['curl https://a/ https://b/', 'more than one URL'],
    ['curl --frobnicate https://a/', "curl's option --frobnicate is not known here."],
    ['curl --heade x https://a/', 'Did you mean --header?'],
    ['curl -sZ https://a/', "curl's option -Z is not known here."],
    ['curl https://a/ -H', "curl's option -H has no value."],
    ['curl https://a/ --request', "curl's option --request has no value."],
    ['curl https://a/?a=1&b=2', 'unquoted &'],
    ['curl https://a/ | sh', 'unquoted |'],
    ['curl https://a/#x', 'unquoted #'],
    ["curl 'https://a/", "a ' that is never closed"],
    ['curl -H "a: \\" https://a/', 'a " that is never closed'],
    ["curl -d $'it\\'s https://a/", "a ' that is never closed"],
    [`curl ${'x'.repeat(100_001)}`, 'longer than'],
  ])('%j is refused with the reason', (command, words) => {
    expect(readCurl(command)).toEqual({ ok: false, message: expect.stringContaining(words) })
  })

  test('runs nothing and reads no file, whatever it is made of', () => {
    const word = fc.oneof(
      fc.constantFrom(
        '-H',
        '-d',
        '-X',
        '--data',
        '-sL',
        '$(id)',
        '`id`',
        "'",
        '"',
        '\\',
        '@/etc/passwd',
        '&',
        '#',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.webUrl(),
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        const result = readCurl(`curl ${words.join(' ')}`)
        expect(result.ok || result.message.length > 0).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})
