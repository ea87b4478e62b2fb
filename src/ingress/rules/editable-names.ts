/**
 * Which header fields a rule may edit. The policy check says so with file and line; this is the second look,
 * where a bundle is used.
 * @module
 */
import { isInboundOnly } from '../../http/inbound-fields.ts'

const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]{1,200}$/

/** Each hop makes these anew (RFC 9110 section 7.6.1). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** @param name Lower case. */
export function isEditable(name: string, section: 'request' | 'response'): boolean {
  if (!TOKEN.test(name) || HOP_BY_HOP.has(name)) return false
  if (name.startsWith('sallyport-') || name.startsWith('signature') || name.startsWith('proxy-')) return false
  return section === 'response' || !(isInboundOnly(name) || name === 'content-digest')
}
