/**
 * Takes the regular expressions of published lists apart, so that none is run before a literal of it was found.
 * @module
 */
import { CHECK } from '../../../bundle/agents-part.ts'
import type { LiteralPattern, Patterns } from './pattern.ts'
import { placeCheck } from './place-check.ts'
import { type Atom, readAlternatives } from './regex-atoms.ts'

/**
 * @param source A JavaScript expression. @param flags `i`: in both cases; else as written. Together the result
 * matches what the expression does.
 */
export function readRegex(source: string, flags: '' | 'i'): Patterns {
  const ordered = readOrdered(source)
  if (ordered !== undefined && flags === '') return { literals: [ordered], structures: [] }
  const literals: LiteralPattern[] = []
  const structures: { readonly regex: string; readonly last?: string }[] = []
  for (const { text, atoms } of readAlternatives(source)) {
    const plain = readPlain(atoms, flags)
    const literal = plain?.literal ?? longestLiteral(atoms)
    if (plain !== undefined && isTelling(plain.literal)) literals.push(plain)
    else if (isTelling(literal)) literals.push({ literal, check: { regex: text, flags } })
    else structures.push({ regex: text, ...lastOf(atoms) })
  }
  return { literals, structures }
}

/** `A[\s\S]*B` takes quadratic time where A is frequent and B is not there; two searches in a row do not. */
function readOrdered(source: string): LiteralPattern | undefined {
  const parts = source.split('[\\s\\S]*')
  if (parts.length < 2) return undefined
  const texts = parts.map((part) => {
    const [alternative, ...others] = readAlternatives(part)
    const plain = alternative === undefined ? undefined : readPlain(alternative.atoms, '')
    return others.length === 0 && typeof plain?.check === 'string' ? plain.check : undefined
  })
  const order = texts.filter((text) => text !== undefined)
  if (order.length !== texts.length) return undefined
  const literal = order.reduce((longest, text) => (text.length > longest.length ? text : longest))
  return { literal, check: { order } }
}

/** A literal, at most with a place where it must stand. */
function readPlain(atoms: readonly Atom[], flags: '' | 'i'): LiteralPattern | undefined {
  const [first, ...rest] = atoms
  const last = rest.at(-1)
  let bits = 0
  let inner = atoms
  if (first?.kind === 'start' || first?.kind === 'boundary') {
    bits |= first.kind === 'start' ? CHECK.start : CHECK.wordBefore
    inner = inner.slice(1)
  }
  if (last?.kind === 'end' || last?.kind === 'boundary') {
    bits |= last.kind === 'end' ? CHECK.end : CHECK.wordAfter
    inner = inner.slice(0, -1)
  }
  let text = ''
  for (const atom of inner) {
    if (atom.kind !== 'char' || atom.bothCases || atom.min !== 1 || atom.max !== 1) return undefined
    text += atom.char
  }
  if (text === '') return undefined
  if (flags === 'i' || !/[a-z]/i.test(text)) return { literal: text, check: placeCheck(bits, text) }
  return bits === 0 ? { literal: text, check: text } : undefined
}

/** The longest run of characters that every match has. */
function longestLiteral(atoms: readonly Atom[]): string {
  let best = ''
  let run = ''
  for (const atom of atoms) {
    if (atom.kind === 'boundary' || atom.kind === 'start' || atom.kind === 'end') continue
    const isThere = atom.kind === 'char' && atom.min > 0
    run = isThere ? run + atom.char : ''
    if (run.length > best.length) best = run
    // More of the same may follow before the next one.
    if (isThere && atom.max !== 1) run = atom.char
  }
  return best
}

/** Nearly every browser has what is not. */
function isTelling(literal: string): boolean {
  if (literal.toLowerCase() === 'mozilla/') return false
  return literal.length > 1 || /[@|]/.test(literal)
}

function lastOf(atoms: readonly Atom[]): { readonly last?: string } {
  const end = atoms.at(-1)
  const last = atoms.at(-2)
  return end?.kind === 'end' && last?.kind === 'char' && last.min > 0 && !/[a-z]/i.test(last.char)
    ? { last: last.char }
    : {}
}
