import { describe, expect, test } from 'vitest'
import { isAddress } from '../../../src/lang/value.ts'
import { type Address, formatAddress, parseAddress } from '../../../src/net/address.ts'
import { callFunction as call, checkFunction as check } from './call-function.ts'

function ip(text: string): Address {
  const address = parseAddress(text)
  if (!address) throw new Error(text)
  return address
}

function printed(value: unknown): string | undefined {
  return isAddress(value as Address) ? formatAddress(value as Address) : undefined
}

describe('functions on addresses and bits', () => {
  test('cidr gives the network of either family', () => {
    expect(printed(call('cidr', ip('113.10.0.2'), 24, 24))).toBe('113.10.0.0')
    expect(printed(call('cidr', ip('255.255.255.255'), 1, 128))).toBe('128.0.0.0')
    expect(printed(call('cidr', ip('192.0.2.7'), 32, 1))).toBe('192.0.2.7')
    expect(printed(call('cidr', ip('2001:db8:ffff:ffff:ffff::1'), 24, 49))).toBe('2001:db8:ffff:8000::')
    expect(call('cidr', undefined, 24, 24)).toBeUndefined()
  })

  test('cidr6 leaves IPv4 alone', () => {
    expect(printed(call('cidr6', ip('113.10.0.2'), 24))).toBe('113.10.0.2')
    expect(printed(call('cidr6', ip('2001:0000:130F::9C0:876A:130B'), 24))).toBe('2001::')
  })

  test('cidr takes 1 to 32 and 1 to 128 bits', () => {
    expect(check('cidr', undefined, 33, 24)?.index).toBe(1)
    expect(check('cidr', undefined, 24, 129)?.index).toBe(2)
    expect(check('cidr', undefined, 1, 128)).toBeUndefined()
    expect(check('cidr6', undefined, 0)?.message).toBe('the number is not between 1 and 128')
  })

  test('ip_in_range compares within a family', () => {
    expect(call('ip_in_range', ip('192.0.2.9'), '192.0.2.0/24')).toBe(true)
    expect(call('ip_in_range', ip('192.0.3.9'), '192.0.2.0/24')).toBe(false)
    expect(call('ip_in_range', ip('2001:db8::1'), '2001:db8::/32')).toBe(true)
    expect(call('ip_in_range', ip('192.0.2.9'), '::/0')).toBe(false)
    expect(call('ip_in_range', undefined, '192.0.2.0/24')).toBeUndefined()
    expect(check('ip_in_range', undefined, '192.0.2.1/24')?.message).toContain('host bits')
  })

  test('bit_slice reads bits from the highest', () => {
    expect(call('bit_slice', '\x80\x01', 0, 1)).toBe(1)
    expect(call('bit_slice', '\x80\x01', 1, 16)).toBe(1)
    expect(call('bit_slice', '\xff\xff\xff\xff', 0, 32)).toBe(0xffffffff)
    expect(call('bit_slice', '\xf0', 4, 12)).toBeUndefined()
    expect(check('bit_slice', undefined, 0, 33)?.message).toBe('the slice has 33 bits')
    expect(check('bit_slice', undefined, 5, 5)?.index).toBe(2)
    expect(check('bit_slice', undefined, 2041, 2050)?.index).toBe(1)
    expect(check('bit_slice', undefined, 2008, 2040)).toBeUndefined()
  })
})
