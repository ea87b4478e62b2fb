import { expect, it, test } from 'vitest'
import { keepsAscii } from '../../../src/http/body-guard/charset.ts'
import { readContentCoding } from '../../../src/http/body-guard/content-coding.ts'
import { hasSeveralTypes, readContentType } from '../../../src/http/body-guard/content-type.ts'

const PLAIN = { charset: undefined, boundary: undefined, isAmbiguous: false }

it.each([
  ['application/json', { ...PLAIN, essence: 'application/json' }],
  [' Application/JSON ; Charset=UTF-8 ', { ...PLAIN, essence: 'application/json', charset: 'UTF-8' }],
  ['a/b;charset="utf\\-8";x=";charset=c"', { ...PLAIN, essence: 'a/b', charset: 'utf-8' }],
  ['a/b; boundary="a b;c"; boundary="a b;c"', { ...PLAIN, essence: 'a/b', boundary: 'a b;c' }],
  ['a/b; boundary=a; BOUNDARY=b', { ...PLAIN, essence: 'a/b', boundary: 'a', isAmbiguous: true }],
  ['a/b; charset=utf-8; charset=UTF-8', { ...PLAIN, essence: 'a/b', charset: 'UTF-8' }],
  ['a/b; charset=utf-8; charset=utf-7', { ...PLAIN, essence: 'a/b', charset: 'utf-8,utf-7' }],
  ['a/b;;charset', { ...PLAIN, essence: 'a/b' }],
  ['', { ...PLAIN, essence: '' }],
])('the media type %j is read', (field, type) => {
  expect(readContentType(field)).toEqual(type)
})

it.each([
  [undefined, undefined],
  ['', undefined],
  ['identity', undefined],
  ['GZIP', 'gzip'],
  ['identity, x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
  ['zstd', 'zstd'],
  ['gzip, br', 'refused'],
  ['gzip,gzip', 'refused'],
  ['compress', 'refused'],
  ['aws-chunked', 'refused'],
])('the content coding %j is %s', (field, coding) => {
  expect(readContentCoding(field)).toBe(coding)
})

test.each([
  ['text/plain, application/json', true],
  ['application/json,application/x-www-form-urlencoded', true],
  ['text/plain; charset=utf-8, application/json', true],
  ['text/plain; a="b", application/json', true],
  ['text/plain; a="\\", application/json', true],
  ['application/json; charset=utf-8', false],
  ['multipart/form-data; boundary="a,b"', false],
  ['multipart/form-data; boundary="a\\",b"', false],
  ['', false],
])('%j names several types: %s', (field, several) => {
  expect(hasSeveralTypes(field)).toBe(several)
})

test('character encodings that keep ASCII are told from those that do not', () => {
  const kept = [
    'utf-8',
    'UTF8',
    'us-ascii',
    'ISO-8859-1',
    'iso_8859-15',
    'windows-1252',
    'GB18030',
    'Shift_JIS',
  ]
  const others = ['utf-16', 'UTF-16LE', 'utf-7', 'utf-32', 'ibm037', 'cp500', 'iso-2022-jp', 'hz-gb-2312', '']
  expect(kept.filter(keepsAscii)).toEqual(kept)
  expect(others.filter(keepsAscii)).toEqual([])
})
