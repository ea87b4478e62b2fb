/**
 * The type of content by its first bytes, whatever it is declared as. A coarse answer for counting, no verdict on
 * what a file is: anybody can write these bytes.
 * @module
 */

/** Bytes that content of a type begins with (WHATWG MIME Sniffing, section 6; ISO 32000 for PDF). */
const BEGINNINGS: readonly (readonly [bytes: string, type: string])[] = [
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
  ['%PDF-', 'application/pdf'],
  ['PK\x03\x04', 'application/zip'],
  ['\x1f\x8b\x08', 'application/gzip'],
  ['\x28\xb5\x2f\xfd', 'application/zstd'],
  ['\x7fELF', 'application/x-elf'],
  ['\0asm', 'application/wasm'],
]

/** Bytes that are looked at. */
const WINDOW = 512
/** Control characters that text has: tab, line feed, form feed, carriage return, escape. */
const IN_TEXT: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1b])

/** Whether there are binary data bytes (WHATWG MIME Sniffing, section 3). */
function isBinary(bytes: string): boolean {
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes.charCodeAt(i)
    if (code < 0x20 && !IN_TEXT.has(code)) return true
  }
  return false
}

/** As `image/png`; `text/plain` for other text, `application/octet-stream` for other bytes. */
export function sniffType(raw: string): string {
  const start = raw.slice(0, WINDOW)
  const known = BEGINNINGS.find(([bytes]) => start.startsWith(bytes))
  if (known) return known[1]
  if (start.startsWith('RIFF') && start.startsWith('WEBP', 8)) return 'image/webp'
  if (isBinary(start)) return 'application/octet-stream'
  const text = start.replace(/^\xef\xbb\xbf/, '').trimStart()
  if (/^(?:<!doctype html|<html)/i.test(text)) return 'text/html'
  if (text.startsWith('<?xml')) return 'text/xml'
  return /^[{[]/.test(text) ? 'application/json' : 'text/plain'
}
