import { expect, test } from 'vitest'
import { sniffType } from '../../../src/http/rule-fields/sniff-type.ts'

test.each([
  ['', 'text/plain'],
  ['a=1&b=2', 'text/plain'],
  ['\x89PNG\r\n\x1a\n....', 'image/png'],
  ['\xff\xd8\xff\xe0', 'image/jpeg'],
  ['GIF89a', 'image/gif'],
  ['RIFF....WEBPVP8 ', 'image/webp'],
  ['RIFF....WAVE', 'text/plain'],
  ['%PDF-1.7', 'application/pdf'],
  ['PK\x03\x04', 'application/zip'],
  ['\x1f\x8b\x08\0', 'application/gzip'],
  ['\0asm\x01', 'application/wasm'],
  ['abc\0def', 'application/octet-stream'],
  ['\xef\xbb\xbf  {"a": 1}', 'application/json'],
  ['[1]', 'application/json'],
  ['<?xml version="1.0"?>', 'text/xml'],
  ['\n<!DOCTYPE html>', 'text/html'],
  ['<HTML>', 'text/html'],
  [`${'a'.repeat(600)}\0`, 'text/plain'],
])('content that begins with %j is %s', (raw, type) => {
  expect(sniffType(raw)).toBe(type)
})
