import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createMac } from '../../../src/ingress/challenge/mac.ts'

const SECRET = new Uint8Array(16).fill(1)
const mac = createMac(SECRET, 'test')

describe('a code', () => {
  it('is HMAC-SHA256 under a key derived for its purpose, cut to 128 bits', () => {
    const key = createHmac('sha256', SECRET).update('sallyport test').digest()
    const code = createHmac('sha256', key).update('1:a2:bc').digest('hex').slice(0, 32)
    expect(mac.sign(['a', 'bc'])).toBe(code)
    expect(mac.sign(['a', 'bc'])).toBe(code)
  })

  it('is good for its parts and nothing else', () => {
    const code = mac.sign(['a', 'bc'])
    expect(mac.verify(['a', 'bc'], code)).toBe(true)
    for (const parts of [['ab', 'c'], ['abc'], ['a', 'bc', ''], ['', 'a', 'bc'], ['bc', 'a'], ['a2:bc'], []])
      expect(mac.verify(parts, code)).toBe(false)
    for (const wrong of ['', code.slice(0, -1), `${code}0`, code.toUpperCase(), '0'.repeat(32)])
      expect(mac.verify(['a', 'bc'], wrong)).toBe(false)
  })

  it('is another one for another purpose or secret', () => {
    expect(createMac(SECRET, 'other').verify(['a'], mac.sign(['a']))).toBe(false)
    expect(createMac(new Uint8Array(16), 'test').verify(['a'], mac.sign(['a']))).toBe(false)
  })
})
