import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Automaton, openAutomaton } from '../../../src/lang/automaton/automaton.ts'
import { AutomatonError } from '../../../src/lang/automaton/automaton-error.ts'
import {
  BASE_SHIFT,
  CLASS_MASK,
  CLASSES_BYTES,
  FAIL_BIT,
  HEADER_BYTES,
  OUTPUT_BIT,
} from '../../../src/lang/automaton/automaton-layout.ts'
import { buildAutomaton } from '../../../src/lang/automaton/build-automaton.ts'

type Hit = readonly [literal: number, end: number]

function hits(automaton: Automaton, text: string, limit?: number): Hit[] {
  const found: Hit[] = []
  automaton.scan(
    text,
    (literal, end) => {
      found.push([literal, end])
      return false
    },
    limit,
  )
  return found
}

function open(literals: readonly string[], ignoreCase = false): Automaton {
  return openAutomaton(buildAutomaton(literals, { ignoreCase }))
}

function foldAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** Every place of every literal, by `indexOf`. */
function search(literals: readonly string[], text: string, ignoreCase: boolean): Hit[] {
  const fold = (part: string): string => (ignoreCase ? foldAscii(part) : part)
  const found: Hit[] = []
  for (const [number, literal] of literals.entries()) {
    for (let at = fold(text).indexOf(fold(literal)); at >= 0; at = fold(text).indexOf(fold(literal), at + 1))
      found.push([number, at + literal.length])
  }
  return found
}

function inOrder(list: readonly Hit[], literals: readonly string[]): readonly Hit[] {
  const length = (hit: Hit): number => literals[hit[0]]?.length ?? 0
  return [...list].sort((a, b) => a[1] - b[1] || length(b) - length(a) || a[0] - b[0])
}

/** Few letters, so that literals overlap, nest and repeat; `é` and `ÿ` are beyond ASCII, `ſ` and `ı` beyond a byte. */
const letter = fc.constantFrom('a', 'b', 'A', 'B', '/', 'é', 'ÿ', 'K')
const literal = fc.string({ unit: letter, minLength: 1, maxLength: 6 })
const text = fc.string({ unit: fc.oneof(letter, fc.constantFrom('ſ', 'ı', '😀', '\0')), maxLength: 60 })

describe('an automaton', () => {
  test('finds literals that overlap and nest, in the order of the text, the longer first', () => {
    const automaton = open(['he', 'she', 'his', 'hers'])
    expect(hits(automaton, 'ushers')).toEqual([
      [1, 4],
      [0, 4],
      [3, 6],
    ])
  })

  test('finds what indexOf finds, whatever literals and text there are', () => {
    fc.assert(
      fc.property(
        fc.array(literal, { maxLength: 12 }),
        text,
        fc.boolean(),
        (literals, subject, ignoreCase) => {
          const expected = inOrder(search(literals, subject, ignoreCase), literals)
          expect(hits(open(literals, ignoreCase), subject)).toEqual(expected)
        },
      ),
      { numRuns: 600 },
    )
  })

  test('knows cases of ASCII letters only, and those only when told so', () => {
    expect(hits(open(['Bot'], true), 'bOT')).toEqual([[0, 3]])
    expect(hits(open(['Bot']), 'bot')).toEqual([])
    // U+212A is the Kelvin sign, which lower-cases to k elsewhere.
    expect(hits(open(['k', 'é'], true), '\u212aÉ')).toEqual([])
  })

  test('says each number of a literal that is given twice', () => {
    expect(hits(open(['bot', 'BOT', 'x'], true), 'bot')).toEqual([
      [0, 3],
      [1, 3],
    ])
  })

  test('looks no further than it is told, and no further than asked for', () => {
    const automaton = open(['a'])
    expect(hits(automaton, 'aaaa', 2)).toHaveLength(2)
    expect(hits(automaton, 'aa', 100)).toHaveLength(2)
    let calls = 0
    automaton.scan('aaaa', () => ++calls === 2)
    expect(calls).toBe(2)
  })

  test('of no literals finds nothing', () => {
    expect(hits(open([]), 'anything')).toEqual([])
    expect(open([]).literals).toBe(0)
  })

  test('takes all characters of a byte as literals', () => {
    const bytes = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code))
    expect(hits(open([bytes.slice(0, 255).join('')]), `${bytes.slice(0, 255).join('')}x`)).toEqual([[0, 255]])
  })

  test('refuses literals that are empty or beyond a byte', () => {
    for (const bad of ['', 'aſ'])
      expect(() => buildAutomaton(['a', bad], { ignoreCase: false })).toThrow(RangeError)
  })

  test('is used where it lies, also in the midst of a buffer', () => {
    const bytes = new Uint8Array(buildAutomaton(['needle'], { ignoreCase: false }))
    const around = new Uint8Array(bytes.length + 12)
    around.set(bytes, 8)
    expect(hits(openAutomaton(around.buffer, 8, bytes.length), 'a needle')).toEqual([[0, 8]])
    expect(() => openAutomaton(around.buffer, 6, bytes.length)).toThrow(AutomatonError)
  })
})

describe('bytes that are no automaton', () => {
  const whole = new Uint8Array(buildAutomaton(['he', 'she', 'his', 'hers', 'Shell'], { ignoreCase: true }))

  test.each([
    ['cut off', () => whole.slice(0, whole.length - 4)],
    ['shorter than a header', () => whole.slice(0, 16)],
    ['of something else', () => whole.map((byte, at) => (at === 0 ? 0x20 : byte))],
    ['of another version', () => whole.map((byte, at) => (at === 4 ? 9 : byte))],
    ['with a count that is too large', () => whole.map((byte, at) => (at === 10 ? 0xff : byte))],
  ])('%s are refused', (_, bytes) => {
    expect(() => openAutomaton(bytes().buffer)).toThrow(AutomatonError)
  })

  test('where two ways lead to one state are refused: the states would be walked once for each way', () => {
    const bytes = buildAutomaton(['ac', 'bc'], { ignoreCase: false })
    const at = HEADER_BYTES + CLASSES_BYTES
    const words = new Int32Array(bytes, at, (bytes.byteLength - at) >> 2)
    const classes = new Uint16Array(bytes, HEADER_BYTES, CLASSES_BYTES / 2)
    const wordAt = (slot: number): number => words[slot] ?? 0
    const [a, b] = ['a', 'b'].map(
      (letter) => (wordAt(0) >> BASE_SHIFT) + (classes[letter.charCodeAt(0)] ?? 0),
    )
    if (a === undefined || b === undefined) throw new Error('two letters')
    const distance = a + (wordAt(a) >> BASE_SHIFT) - b
    words[b] = (wordAt(b) & (CLASS_MASK | OUTPUT_BIT | FAIL_BIT)) | (distance << BASE_SHIFT)
    expect(() => openAutomaton(bytes)).toThrow('twice')
  })

  test('never lead out of the arrays or round in circles, whatever bits are wrong', () => {
    let refused = 0
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: whole.length * 8 - 1 }), fc.nat({ max: 255 })), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.boolean(),
        (places, isByte) => {
          const bytes = whole.slice()
          for (const [bit, value] of places) {
            const at = bit >> 3
            bytes[at] = isByte ? value : (bytes[at] ?? 0) ^ (1 << (bit & 7))
          }
          let automaton: Automaton
          try {
            automaton = openAutomaton(bytes.buffer)
          } catch (error) {
            expect(error).toBeInstanceOf(AutomatonError)
            refused++
            return
          }
          for (const [number] of hits(automaton, 'ushers his shell hershe'))
            expect(number).toBeLessThan(automaton.literals)
        },
      ),
      { numRuns: 3000 },
    )
    expect(refused).toBeGreaterThan(300)
  })
})
