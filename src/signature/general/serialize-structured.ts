/**
 * Serializer of structured fields (RFC 9651 section 4.1): each value has exactly one spelling. Takes what the
 * parser gave, so it cannot fail; whoever makes values of their own checks them first.
 * @module
 */
import { toBase64 } from '../base64.ts'
import type { BareItem, Dictionary, InnerList, Item, Member, Parameters } from './structured-value.ts'

/** Rounds to three digits, ties to even (RFC 9651 section 4.1.5), and keeps one digit at least. */
function serializeDecimal(value: number): string {
  // A double of this size has at most 1,074 binary digits behind the point, but those behind the 60th cannot
  // turn a number into a tie: its last digit would be a 5 at the fourth place.
  const [whole = '0', digits = ''] = Math.abs(value).toFixed(60).split('.')
  let thousandths = BigInt(whole + digits.slice(0, 3))
  const rest = digits.slice(3)
  const half = `5${'0'.repeat(rest.length - 1)}`
  if (rest > half || (rest === half && thousandths % 2n === 1n)) thousandths += 1n
  const text = thousandths.toString().padStart(4, '0')
  const fraction = text.slice(-3).replace(/0{1,2}$/, '')
  return `${value < 0 && thousandths > 0n ? '-' : ''}${text.slice(0, -3)}.${fraction}`
}

function serializeDisplay(value: string): string {
  let out = ''
  for (const byte of new TextEncoder().encode(value)) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x25
    out += plain ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`
  }
  return `%"${out}"`
}

const ESCAPED = /["\\]/

function serializeString(value: string): string {
  return ESCAPED.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : `"${value}"`
}

export function serializeBareItem(item: BareItem): string {
  switch (item.type) {
    case 'integer':
      return String(item.value)
    case 'decimal':
      return serializeDecimal(item.value)
    case 'string':
      return serializeString(item.value)
    case 'token':
      return item.value
    case 'bytes':
      return `:${toBase64(item.value)}:`
    case 'boolean':
      return item.value ? '?1' : '?0'
    case 'date':
      return `@${item.value}`
    case 'display':
      return serializeDisplay(item.value)
  }
}

const isTrue = (item: BareItem): boolean => item.type === 'boolean' && item.value

export function serializeParameters(parameters: Parameters): string {
  let out = ''
  for (const [key, value] of parameters)
    out += isTrue(value) ? `;${key}` : `;${key}=${serializeBareItem(value)}`
  return out
}

export function serializeItem(item: Item): string {
  return serializeBareItem(item.value) + serializeParameters(item.parameters)
}

export function serializeInnerList(list: InnerList): string {
  return `(${list.items.map(serializeItem).join(' ')})${serializeParameters(list.parameters)}`
}

export function serializeMember(member: Member): string {
  return member.kind === 'list' ? serializeInnerList(member) : serializeItem(member)
}

export function serializeList(members: readonly Member[]): string {
  return members.map(serializeMember).join(', ')
}

export function serializeDictionary(members: Dictionary): string {
  const parts: string[] = []
  for (const [key, member] of members) {
    const implied = member.kind === 'item' && isTrue(member.value)
    parts.push(implied ? key + serializeParameters(member.parameters) : `${key}=${serializeMember(member)}`)
  }
  return parts.join(', ')
}

/** Writes a whole field of any type. */
export function serializeField(field: Item | readonly Member[] | Dictionary): string {
  if ('kind' in field) return serializeItem(field)
  return isList(field) ? serializeList(field) : serializeDictionary(field)
}

function isList(field: readonly Member[] | Dictionary): field is readonly Member[] {
  return Array.isArray(field)
}
