/**
 * Reads a JavaScript regular expression as far as it matters where its literals are.
 * @module
 */

export type Atom =
  | {
      readonly kind: 'char'
      readonly char: string
      /** A class of a letter in upper and lower case. */
      readonly bothCases: boolean
      readonly min: number
      readonly max: number
    }
  | { readonly kind: 'start' | 'end' | 'boundary' | 'other' }

export interface Alternative {
  readonly text: string
  readonly atoms: readonly Atom[]
}

/** Escapes, classes, groups, everything else; then how often. */
const TOKEN = /(\\.|\[(?:\\.|[^\]\\])*\]|\(|\)|[\s\S])(\*\??|\+\??|\?\??|\{\d+(?:,\d*)?\}\??)?/g

/** The alternatives at the top of `source`, in their order. */
export function readAlternatives(source: string): readonly Alternative[] {
  const alternatives: Alternative[] = []
  let atoms: Atom[] = []
  let begin = 0
  let depth = 0
  for (const { 0: all, 1: token = '', 2: times = '', index } of source.matchAll(TOKEN)) {
    if (token === '(') {
      depth++
      // `(?` is the start of a group, not a count.
      continue
    }
    if (token === ')') {
      depth--
      if (depth === 0) atoms.push({ kind: 'other' })
      continue
    }
    if (depth > 0) continue
    if (token === '|') {
      alternatives.push({ text: source.slice(begin, index), atoms })
      begin = index + all.length
      atoms = []
      continue
    }
    atoms.push(readAtom(token, times))
  }
  return [...alternatives, { text: source.slice(begin), atoms }]
}

function readAtom(token: string, times: string): Atom {
  if (token === '^') return { kind: 'start' }
  if (token === '$') return { kind: 'end' }
  if (token === '\\b') return { kind: 'boundary' }
  const [min, max] = readTimes(times)
  const both = /^\[([A-Za-z])([A-Za-z])\]$/.exec(token)
  if (both?.[1] !== undefined && both[1].toLowerCase() === both[2]?.toLowerCase())
    return { kind: 'char', char: both[1].toLowerCase(), bothCases: true, min, max }
  if (/^\\[^A-Za-z0-9]$/.test(token))
    return { kind: 'char', char: token.slice(1), bothCases: false, min, max }
  if (token.length > 1 || token === '.') return { kind: 'other' }
  return { kind: 'char', char: token, bothCases: false, min, max }
}

function readTimes(times: string): readonly [number, number] {
  if (times === '') return [1, 1]
  if (times.startsWith('*')) return [0, Number.POSITIVE_INFINITY]
  if (times.startsWith('+')) return [1, Number.POSITIVE_INFINITY]
  if (times.startsWith('?')) return [0, 1]
  // A literal is never so long that the difference matters: it ends here.
  return [times.startsWith('{0') ? 0 : 1, Number.POSITIVE_INFINITY]
}
