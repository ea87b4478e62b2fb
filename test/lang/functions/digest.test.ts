import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callFunction as call, checkFunction as check } from './call-function.ts'

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => String.fromCharCode(...array))

function buffer(binary: string): Buffer {
  return Buffer.from(binary, 'latin1')
}

describe('base64', () => {
  test('encodes without padding unless asked', () => {
    expect(call('encode_base64', 'hello world')).toBe('aGVsbG8gd29ybGQ')
    expect(call('encode_base64', 'hello world', 'p')).toBe('aGVsbG8gd29ybGQ=')
    expect(call('encode_base64', '\xfb\xff', 'u')).toBe('-_8')
    expect(check('encode_base64', undefined, 'q')?.message).toContain('"q"')
  })

  test('decodes both alphabets, padded or not, and nothing else', () => {
    expect(call('decode_base64', 'MTIzYWJj')).toBe('123abc')
    expect(call('decode_base64', 'aGVsbG8gd29ybGQ=')).toBe('hello world')
    expect(call('decode_base64', '-_8')).toBe('\xfb\xff')
    for (const bad of ['a', 'a=', 'a b', 'ab=', 'ab===', 'YQ=Q', '%'])
      expect(call('decode_base64', bad), bad).toBeUndefined()
  })

  test('decoding gives back what was encoded', () => {
    fc.assert(
      fc.property(bytes, fc.constantFrom('', 'u', 'p', 'up'), (source, options) => {
        expect(call('decode_base64', call('encode_base64', source, options))).toBe(source)
      }),
    )
  })
})

describe('digests', () => {
  test('agree with node:crypto', () => {
    fc.assert(
      fc.property(bytes, bytes, (source, key) => {
        for (const name of ['sha256', 'sha512']) {
          expect(call(name, source)).toBe(createHash(name).update(buffer(source)).digest().toString('latin1'))
          const mac = createHmac(name, buffer(key)).update(buffer(source)).digest().toString('latin1')
          expect(call('hmac', source, key, name)).toBe(mac)
        }
      }),
      { numRuns: 50 },
    )
  })

  test('of more than 128 KiB are nil', () => {
    expect(call('sha256', 'x'.repeat(131_072))).toHaveLength(32)
    expect(call('sha256', 'x'.repeat(131_073))).toBeUndefined()
  })

  test('hmac knows two algorithms', () => {
    expect(check('hmac', undefined, 'k', 'md5')?.fix).toBe('Write "sha256" or "sha512".')
    expect(check('hmac', undefined, 'k', 'sha256')).toBeUndefined()
    expect(call('hmac', 'a', 'k', 'md5')).toBeUndefined()
  })
})

describe('is_timed_hmac_valid_v0', () => {
  const NOW = 1_700_000_000

  function sign(message: string, issued: number): string {
    return createHmac('sha256', 'mysecretkey').update(`${message}${issued}`).digest('base64')
  }

  function token(message: string, separator: string, issued: number): string {
    return `${message}${separator}${issued}-${encodeURIComponent(sign(message, issued))}`
  }

  function isValid(text: string | undefined, separator = 8, ttl = 100, flags = ''): unknown {
    return call('is_timed_hmac_valid_v0', 'mysecretkey', text, ttl, NOW, separator, flags)
  }

  test('takes a token until ttl seconds after it was issued', () => {
    expect(isValid(token('/download/cat.jpg', '?verify=', NOW))).toBe(true)
    expect(isValid(token('/download/cat.jpg', '?verify=', NOW - 100))).toBe(true)
    expect(isValid(token('/download/cat.jpg', '?verify=', NOW - 101))).toBe(false)
  })

  test('takes URL-safe MACs with the flag s, and only then', () => {
    const mac = sign('/x', NOW).replaceAll('+', '-').replaceAll('/', '_').replace('=', '')
    expect(isValid(`/x?verify=${NOW}-${mac}`, 8, 100, 's')).toBe(true)
    expect(isValid(`/x?verify=${NOW}-${mac}`)).toBe(false)
    expect(isValid(token('/x', '?verify=', NOW), 8, 100, 's')).toBe(false)
  })

  test('refuses every change of a token', () => {
    const good = token('/download/cat.jpg', '?verify=', NOW)
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 33, max: 126 }), (at, code) => {
        const char = String.fromCharCode(code)
        // The separator is not signed, and hex digits of escapes may be in either case.
        fc.pre(good[at] !== char && (at < 17 || at >= 25) && good[at]?.toLowerCase() !== char.toLowerCase())
        expect(isValid(good.slice(0, at) + char + good.slice(at + 1))).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  test('refuses other keys, empty messages and what is no token', () => {
    const good = token('/x', '', NOW)
    expect(call('is_timed_hmac_valid_v0', 'other', good, 100, NOW)).toBe(false)
    expect(isValid(token('', '', NOW), 0)).toBe(false)
    expect(isValid(good, 0)).toBe(true)
    expect(isValid(good, 3)).toBe(false)
    for (const bad of ['', '-', '1700000000-', `x${NOW}-${'A'.repeat(42)}`, 'x'.repeat(5000)])
      expect(isValid(bad, 0), bad.slice(0, 20)).toBe(false)
    expect(isValid(undefined)).toBeUndefined()
  })

  test('finds the token after a message that looks like one', () => {
    expect(isValid(token(`/x${NOW}-${'A'.repeat(50)}`, '', NOW), 0)).toBe(true)
  })
})

describe('uuidv4', () => {
  test('sets version and variant and keeps every other bit of the seed', () => {
    expect(call('uuidv4', '\xff'.repeat(32))).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff')
    expect(call('uuidv4', '\x00'.repeat(16))).toBe('00000000-0000-4000-8000-000000000000')
    expect(call('uuidv4', 'short')).toBeUndefined()
  })
})
