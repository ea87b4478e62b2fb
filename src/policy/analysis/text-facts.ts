/**
 * What is known of a text from the parts it must have.
 * @module
 */
import { foldCase } from '../../lang/functions/case.ts'
import { parseWildcard } from '../../lang/wildcard.ts'
import { type Conflict, keyOf } from './claim.ts'
import type { Constraint, Subject, Test } from './constraint.ts'
import type { Domain, PieceRole } from './domain.ts'

/** Pieces that the text begins with, ends with and contains. */
interface Pieces {
  readonly start: string[]
  readonly end: string[]
  readonly part: string[]
}

interface TextFacts {
  readonly exact: Pieces
  /** Of the text in lower case; what is known exactly is known here too. */
  readonly folded: Pieces
}

function quote(text: string): string {
  return JSON.stringify(text)
}

/** The pieces that a test, if it holds, gives; folded ones for tests that ignore case. */
function piecesOf(test: Test): { readonly folded: boolean; readonly pieces: Pieces } | undefined {
  if (test.kind === 'starts-with')
    return { folded: false, pieces: { start: [test.value], end: [], part: [] } }
  if (test.kind === 'ends-with') return { folded: false, pieces: { start: [], end: [test.value], part: [] } }
  if (test.kind === 'contains') return { folded: false, pieces: { start: [], end: [], part: [test.value] } }
  if (test.kind !== 'wildcard') return undefined
  const all = parseWildcard(test.strict ? test.pattern : foldCase(test.pattern))
  const pieces = { start: [all[0] ?? ''], end: [all.at(-1) ?? ''], part: all.slice(1, -1) }
  return { folded: !test.strict, pieces }
}

function add(to: Pieces, { start, end, part }: Pieces, change: (text: string) => string): void {
  to.start.push(...start.map(change))
  to.end.push(...end.map(change))
  to.part.push(...part.map(change))
}

function collectFacts(constraints: readonly Constraint[], domain: Domain): TextFacts {
  const exact: Pieces = { start: [], end: [], part: [] }
  const folded: Pieces = { start: [], end: [], part: [] }
  const same = (text: string): string => text
  if (domain.start !== undefined) exact.start.push(domain.start)
  for (const { test, holds } of constraints) {
    const found = holds ? piecesOf(test) : undefined
    if (found) add(found.folded ? folded : exact, found.pieces, same)
  }
  add(folded, exact, foldCase)
  return { exact, folded }
}

function longest(texts: readonly string[]): string {
  return texts.reduce((best, text) => (text.length > best.length ? text : best), '')
}

/** Two pieces that one text cannot both begin, or end, with. */
function findClash({ key }: Subject, { start, end }: Pieces): Conflict | undefined {
  const first = longest(start)
  const wrongStart = start.find((text) => !first.startsWith(text))
  const fix = 'Join them by or, or remove one.'
  if (wrongStart !== undefined)
    return { message: `${key} cannot start with ${quote(wrongStart)} and with ${quote(first)}`, fix }
  const last = longest(end)
  const wrongEnd = end.find((text) => !last.endsWith(text))
  if (wrongEnd === undefined) return undefined
  return { message: `${key} cannot end with ${quote(wrongEnd)} and with ${quote(last)}`, fix }
}

/** Whether every text with these pieces passes the test. */
function isCertain(test: Test, { exact, folded }: TextFacts): boolean {
  const found = piecesOf(test)
  if (!found) return false
  const known = found.folded ? folded : exact
  const { start, end, part } = found.pieces
  // With more than one piece the text could be too short for all of them.
  const wanted = [...start, ...end, ...part].filter((text) => text !== '')
  if (test.kind === 'wildcard' && (wanted.length > 1 || !test.pattern.includes('*'))) return false
  const pieces = [...known.start, ...known.end, ...known.part]
  return (
    start.every((text) => text === '' || longest(known.start).startsWith(text)) &&
    end.every((text) => text === '' || longest(known.end).endsWith(text)) &&
    part.every((text) => text === '' || pieces.some((piece) => piece.includes(text)))
  )
}

/** A piece that no value of the field has. Pieces without case say nothing: domains are about exact texts. */
function findForeign(constraints: readonly Constraint[], domain: Domain): Conflict | undefined {
  const { piece: check } = domain
  if (!check) return undefined
  for (const { test, holds, claim } of constraints) {
    const found = holds ? piecesOf(test) : undefined
    if (!found || found.folded) continue
    const roles: readonly (readonly [PieceRole, readonly string[]])[] = [
      ['start', found.pieces.start],
      ['end', found.pieces.end],
      ['part', found.pieces.part],
    ]
    for (const [role, texts] of roles) {
      const wrong = texts.map((text) => check(text, role)).find((reason) => reason !== undefined)
      if (wrong) return { ...wrong, span: claim.atom.span }
    }
  }
  return undefined
}

/** Why no text meets the constraints. Only what pieces tell is looked at. */
export function checkText(subject: Subject, domain: Domain): Conflict | undefined {
  const { constraints } = subject
  const facts = collectFacts(constraints, domain)
  const clash =
    findForeign(constraints, domain) ?? findClash(subject, facts.exact) ?? findClash(subject, facts.folded)
  if (clash) return clash
  // Without a comparison that holds the value may be missing, and then none does.
  if (domain.present !== true && !constraints.some(({ holds }) => holds)) return undefined
  const refused = constraints.find(({ test, holds }) => !holds && isCertain(test, facts))
  if (!refused) return undefined
  return {
    message: `${keyOf(refused.claim.atom)} always holds here, and is excluded`,
    fix: 'Remove one of the two conditions.',
    span: refused.claim.atom.span,
  }
}
