/**
 * Named byte parts in one buffer. Every part starts at a multiple of 4, so that typed arrays can be views.
 *
 * | bytes       | content (all numbers little-endian, 32 bits)                                |
 * |-------------|-----------------------------------------------------------------------------|
 * | 0–3         | magic `SPBC`                                                                |
 * | 4–7         | version, 1                                                                  |
 * | 8–11        | length of the whole container in bytes                                      |
 * | 12–15       | count of parts                                                              |
 * | 16 × count  | per part: offset and length of its name, offset and length of its bytes     |
 * | …           | names in UTF-8, then the parts, each padded with zeros to a multiple of 4   |
 *
 * @module
 */
import { BundleError } from './bundle-error.ts'

const MAGIC = 0x43425053
const VERSION = 1
const HEADER = 16
const ENTRY = 16
const MAX_PARTS = 4096
const MAX_NAME_BYTES = 256

export interface ContainerPart {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Where a part lies in the container's buffer; `offset` is a multiple of 4. */
export interface PartLocation {
  readonly offset: number
  readonly length: number
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 4) * 4
}

function writeNumbers(view: DataView, at: number, numbers: readonly number[]): void {
  for (const [i, value] of numbers.entries()) view.setUint32(at + 4 * i, value, true)
}

/**
 * Packs parts in the given order; the same parts always give the same bytes. The result's buffer holds
 * nothing else. Throws `RangeError` for too many parts or names that are empty, too long or used twice.
 */
export function encodeContainer(parts: readonly ContainerPart[]): Uint8Array<ArrayBuffer> {
  const names = parts.map(({ name }) => new TextEncoder().encode(name))
  if (parts.length > MAX_PARTS) throw new RangeError(`A container holds at most ${MAX_PARTS} parts.`)
  if (new Set(parts.map(({ name }) => name)).size !== parts.length)
    throw new RangeError('Two parts have the same name.')
  if (names.some(({ length }) => length === 0 || length > MAX_NAME_BYTES)) {
    throw new RangeError(`A part's name has 1 to ${MAX_NAME_BYTES} bytes.`)
  }
  const namesAt = HEADER + ENTRY * parts.length
  const partsAt = padded(names.reduce((sum, name) => sum + name.length, namesAt))
  const total = parts.reduce((sum, { bytes }) => sum + padded(bytes.length), partsAt)
  const out = new Uint8Array(total)
  const view = new DataView(out.buffer)
  writeNumbers(view, 0, [MAGIC, VERSION, total, parts.length])
  let nameAt = namesAt
  let partAt = partsAt
  for (const [i, { bytes }] of parts.entries()) {
    const name = names[i] ?? new Uint8Array()
    writeNumbers(view, HEADER + ENTRY * i, [nameAt, name.length, partAt, bytes.length])
    out.set(name, nameAt)
    out.set(bytes, partAt)
    nameAt += name.length
    partAt += padded(bytes.length)
  }
  return out
}

function refuse(message: string): never {
  throw new BundleError('bad-directory', message)
}

function decodeName(buffer: ArrayBuffer, offset: number, length: number): string {
  if (length === 0 || length > MAX_NAME_BYTES || offset + length > buffer.byteLength)
    refuse('A part has a bad name.')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      new Uint8Array(buffer, offset, length),
    )
  } catch (cause) {
    throw new BundleError('bad-directory', 'A part has a name that is not UTF-8.', { cause })
  }
}

/** The count of parts, once the header fits the bytes. */
function checkHeader(view: DataView): number {
  if (view.byteLength < HEADER || view.getUint32(0, true) !== MAGIC) {
    throw new BundleError('not-a-container', 'These bytes are not a Sallyport bundle.')
  }
  const version = view.getUint32(4, true)
  if (version !== VERSION) {
    throw new BundleError(
      'unknown-container-version',
      `Bundle version ${version} is not known here; this reader knows ${VERSION}.`,
    )
  }
  if (view.getUint32(8, true) !== view.byteLength) refuse('The bundle is not as long as it says.')
  const count = view.getUint32(12, true)
  if (count > MAX_PARTS || HEADER + ENTRY * count > view.byteLength)
    refuse('The bundle names more parts than it can hold.')
  return count
}

/** Reads the directory; the parts themselves stay where they are. Throws `BundleError`, nothing else. */
export function openContainer(buffer: ArrayBuffer): ReadonlyMap<string, PartLocation> {
  const view = new DataView(buffer)
  const count = checkHeader(view)
  const parts = new Map<string, PartLocation>()
  for (let i = 0; i < count; i++) {
    const at = HEADER + ENTRY * i
    const name = decodeName(buffer, view.getUint32(at, true), view.getUint32(at + 4, true))
    const offset = view.getUint32(at + 8, true)
    const length = view.getUint32(at + 12, true)
    if (offset % 4 !== 0 || offset + length > buffer.byteLength) refuse('A part lies outside the bundle.')
    if (parts.has(name)) refuse('Two parts have the same name.')
    parts.set(name, { offset, length })
  }
  return parts
}
