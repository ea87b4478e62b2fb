/**
 * Content-Encoding of a request (RFC 9110 section 8.4).
 * @module
 */
import type { ContentCoding } from './body-bounds.ts'

const NAMES: ReadonlyMap<string, ContentCoding | 'identity'> = new Map([
  ['identity', 'identity'],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
  ['zstd', 'zstd'],
])

/** `undefined` for content that is as it is; `refused` for an unknown coding, and for more than one. */
export function readContentCoding(field: string | undefined): ContentCoding | 'refused' | undefined {
  if (field === undefined) return undefined
  let coding: ContentCoding | undefined
  for (const part of field.split(',')) {
    const name = part.trim().toLowerCase()
    const known = name === '' ? 'identity' : NAMES.get(name)
    if (known === undefined || (known !== 'identity' && coding !== undefined)) return 'refused'
    if (known !== 'identity') coding = known
  }
  return coding
}
