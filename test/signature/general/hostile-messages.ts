/** 64 KiB of signature fields in the ways that cost most. */
import type { SignatureFailure } from '../../../src/signature/general/failure.ts'
import type { FieldLines } from '../../../src/signature/general/message.ts'
import { NOW } from './message-fixtures.ts'

export interface Hostile {
  readonly name: string
  readonly fields: FieldLines
  readonly failure: SignatureFailure
}

const SIZE = 65_536

/** `piece` over and over, up to `size` characters. */
const fill = (piece: string, size: number): string => piece.repeat(Math.floor(size / piece.length))
const CODE = `sig1=:${'A'.repeat(43)}=:`
const END = `;created=${NOW};expires=${NOW + 60};keyid="k1"`

function labels(size: number): string {
  let text = 'sig1=()'
  for (let i = 0; text.length < size - 20; i++) text += `, l${i}=()`
  return text
}

function components(make: (i: number) => string, size: number): string {
  let text = 'sig1=('
  for (let i = 0; text.length < size - 100; i++) text += `${make(i)} `
  return `${text})${END}`
}

const list = (make: (i: number) => string): string => Array.from({ length: 60 }, (_, i) => make(i)).join(' ')

const pair = (input: string, signature: string = CODE): FieldLines => [
  'Signature-Input',
  input,
  'Signature',
  signature,
]

function repeatLines(name: string, value: string): FieldLines {
  const lines: string[] = []
  for (let size = 0; size < SIZE; size += value.length + name.length) lines.push(name, value)
  return lines
}

/** What is too long is refused at once; what has just the allowed length is read, and bounded by its parts. */
export const HOSTILE: readonly Hostile[] = [
  { name: '64 KiB of labels', fields: pair(labels(SIZE)), failure: 'signature-length' },
  {
    name: '64 KiB of covered components',
    fields: pair(components((i) => `"x-${i}"`, SIZE)),
    failure: 'signature-length',
  },
  {
    name: '64 KiB of signature',
    fields: pair('sig1=()', `sig1=:${fill('AAAA', SIZE)}:`),
    failure: 'signature-length',
  },
  {
    name: '64 KiB of backslashes',
    fields: pair(`sig1=("${fill('\\\\', SIZE)}`),
    failure: 'signature-length',
  },
  { name: '64 KiB of lines', fields: repeatLines('Signature', 'a=:YQ==:'), failure: 'signature-length' },
  { name: '64 KiB of empty lines', fields: repeatLines('Signature-Input', ''), failure: 'signature-length' },
  { name: '8 KiB of labels', fields: pair(labels(8000)), failure: 'signature-input-form' },
  { name: '8 KiB of spaces', fields: pair(`sig1=(${fill(' ', 8000)}`), failure: 'signature-input-form' },
  {
    name: '8 KiB of backslashes',
    fields: pair(`sig1=("${fill('\\\\', 8000)}`),
    failure: 'signature-input-form',
  },
  {
    name: '8 KiB of parameters',
    fields: pair(`sig1=()${fill(';a', 8000)}`),
    failure: 'signature-input-form',
  },
  { name: '8 KiB of nesting', fields: pair(`sig1=${fill('(', 8000)}`), failure: 'signature-input-form' },
  {
    name: '8 KiB of covered components',
    fields: pair(components((i) => `"x-${i}"`, 8000)),
    failure: 'signature-input-form',
  },
  {
    name: '8 KiB of signatures',
    fields: pair('sig1=()', fill('a=:YQ==:, ', 8000)),
    failure: 'signature-form',
  },
  {
    name: '60 members of a dictionary of 250',
    fields: [
      ...pair(`sig1=(${list((i) => `"x-h";key="k${i}"`)})${END}`),
      'X-H',
      Array.from({ length: 250 }, (_, i) => `k${i}=1`).join(','),
    ],
    failure: 'mismatch',
  },
  {
    name: 'a dictionary of 16 KiB',
    fields: [...pair(`sig1=(${list((i) => `"x-h";key="k${i}"`)})${END}`), 'X-H', fill('k, ', 16_000)],
    failure: 'component-value',
  },
  {
    name: '60 query parameters that are not there',
    fields: pair(`sig1=(${list((i) => `"@query-param";name="p${i}"`)})${END}`),
    failure: 'component-missing',
  },
  {
    name: '60 fields of 1 KiB',
    fields: [
      ...pair(`sig1=(${list((i) => `"x-${i}"`)})${END}`),
      ...Array.from({ length: 60 }, (_, i) => [`X-${i}`, fill('a', 1024)]).flat(),
    ],
    failure: 'mismatch',
  },
  {
    name: 'a field of 16 KiB in every way that it can be covered',
    fields: [...pair(`sig1=("x-h" "x-h";bs)${END}`), 'X-H', fill('a', 16_384)],
    failure: 'mismatch',
  },
  {
    name: 'a field of 48 KiB',
    fields: [...pair(`sig1=("x-h" "x-h";bs)${END}`), 'X-H', fill('a', 49_152)],
    failure: 'component-value',
  },
  {
    name: 'five fields of 16 KiB',
    fields: [
      ...pair(`sig1=("x-0" "x-1" "x-2" "x-3" "x-4")${END}`),
      ...Array.from({ length: 5 }, (_, i) => [`X-${i}`, fill('a', 16_384)]).flat(),
    ],
    failure: 'base-length',
  },
]
