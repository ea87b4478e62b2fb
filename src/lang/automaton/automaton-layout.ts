/**
 * Where things are in the binary form of a multi-literal automaton (Aho and Corasick, "Efficient String Matching",
 * 1975), in a double array (Aoe, 1989). All numbers are unsigned 32-bit and little-endian unless said otherwise:
 *
 * | bytes        | content                                                                                 |
 * |--------------|-----------------------------------------------------------------------------------------|
 * | 0–3          | magic `SPAC`                                                                            |
 * | 4–7          | version, 1                                                                              |
 * | 8–11         | n: count of slots                                                                       |
 * | 12–15        | m: count of outputs                                                                     |
 * | 16–19        | k: count of classes, those of characters that occur in some literal; 1 to 256           |
 * | 20–23        | count of literals                                                                       |
 * | 24–31        | 0                                                                                       |
 * | 256 × 2      | class of each character code as 16 bits; 0: it occurs in no literal                     |
 * | 4 × n        | words of the slots                                                                      |
 * | 4 × 2 × m    | outputs: number of a literal, index of the next output or 0; index 0 is not used        |
 *
 * A state is the number of its slot; the root is 0. A word has in bits 0–8 the class by which the state is entered,
 * in bit 9 whether a literal ends there, in bit 10 whether its longest proper suffix that is a state has two characters
 * or more, and in bits 11–31, signed, the distance from its slot to its base. Over class `c` a state leads to the slot at base + c, if that slot's word has
 * the class `c`. Distances, not bases: along a literal they repeat, and repetition is what compression lives on. No
 * two states share a base. The slot at the base itself holds, when a literal ends at the state, the index of its
 * first output in bits 11–31 and nothing else. Failure links are not there: they do not compress, and are found faster
 * than they are fetched.
 * @module
 */
import { AutomatonError } from './automaton-error.ts'

export const MAGIC = 0x43415053
export const VERSION = 1
export const HEADER_BYTES = 32
/** Bytes of the table from character codes to classes. */
export const CLASSES_BYTES = 512
export const CLASS_MASK = 0x1ff
export const OUTPUT_BIT = 0x200
export const FAIL_BIT = 0x400
export const BASE_SHIFT = 11
/** Slots that signed distances of 21 bits reach. */
export const MAX_SLOTS: number = 1 << 20

export interface AutomatonLayout {
  readonly slots: number
  readonly outputs: number
  readonly classes: number
  readonly literals: number
}

/** Byte offsets of the words and outputs, and of the end. */
export function offsetsOf({ slots, outputs }: AutomatonLayout): {
  readonly words: number
  readonly outputs: number
  readonly end: number
} {
  const words = HEADER_BYTES + CLASSES_BYTES
  const outputsAt = words + 4 * slots
  return { words, outputs: outputsAt, end: outputsAt + 8 * outputs }
}

/** Checks the header against the bytes there are. Throws `AutomatonError`. */
export function readLayout(buffer: ArrayBuffer, byteOffset: number, byteLength: number): AutomatonLayout {
  if (byteOffset < 0 || byteLength < HEADER_BYTES || byteOffset + byteLength > buffer.byteLength)
    throw new AutomatonError('bad-length', 'The automaton is shorter than its header.')
  if (byteOffset % 4 !== 0)
    throw new AutomatonError('misaligned', 'The automaton does not start at a multiple of 4 bytes.')
  // Typed arrays have the machine's byte order. Where that is not little-endian, the magic does not match.
  const [magic, version, slots = 0, outputs = 0, classes = 0, literals = 0, a, b] = new Uint32Array(
    buffer,
    byteOffset,
    HEADER_BYTES / 4,
  )
  if (magic !== MAGIC) throw new AutomatonError('bad-magic', 'These bytes are not an automaton.')
  if (version !== VERSION)
    throw new AutomatonError('unknown-version', `Automaton version ${version} is not known here.`)
  if (classes < 1 || classes > 256 || slots < 1 || slots > MAX_SLOTS || outputs < 1 || a !== 0 || b !== 0)
    throw new AutomatonError('bad-header', 'The automaton has a header that contradicts itself.')
  const layout = { slots, outputs, classes, literals }
  if (offsetsOf(layout).end !== byteLength)
    throw new AutomatonError('bad-length', 'The automaton has the wrong length.')
  return layout
}
