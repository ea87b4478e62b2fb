/** Random expressions in the Rust dialect, and subjects that they may match. */
import fc from 'fast-check'

const LITERALS =
  'a b c A B 1 _ - é . \\. \\- \\n \\x41 \\x{42} \\u0061 \\xc3 \\xa9 \\t k K ſ \\/ % \\a'.split(' ')
const CLASSES = [
  ...'\\d \\w \\s \\D \\W \\S [a-c] [^a] [[:alpha:]] [[:^alpha:]b] [a-c&&[^b]] [a-c--b] [a-c~~b-d]'.split(
    ' ',
  ),
  ...'[]a] [^]] [a-] [-a] [\\w--a] [^\\n] . [\\xc3\\xa9] [a&&b] [\\s\\S] [A-c] [[a-b]c] [^[^a]]'.split(' '),
  ...'[a-c&&b-c--c] (?u:[é]) (?u:[^a]) (?u:.) (?u:é) (?iu:k) (?i:[^k]) (?i:[[^k]]) (?i:[a-c--B])'.split(' '),
  ...'(?u:\\pL) (?u:\\p{Greek}) (?iu:[k-s]) (?u:\\s) (?u:\\D) (?iu:\\P{Lu})'.split(' '),
]
const LOOKS =
  '^ $ \\b \\B \\A \\z (?m:^) (?m:$) (?mR:^) (?mR:$) \\b{start} \\b{end} \\b{start-half} \\b{end-half} \\< \\>'
const COUNTS = '* + ? *? +? ?? {2} {0,2} {1,} {2,3}? {0} {1} {3,}'.split(' ')
const FLAGS = '(?i) (?s) (?m) (?x) (?U) (?R) (?-i) (?u) (?-u) (?is) (?i-s)'.split(' ')
const OPENERS = '(?: ( (?i: (?s: (?P<n> (?<m> (?x: (?-i: (?U: (?m: (?u:'.split(' ')
const JUNK = [
  ...'( ) [ ] { } * + ? | ^ $ \\ - && -- ~~ a 1 , : # (? < > = ! i P \\p{L} [:alpha:] \\1 é x {2 } ,3} \\Q'.split(
    ' ',
  ),
  ' ',
  '\n',
]

const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    { arbitrary: fc.constantFrom(...LITERALS), weight: 6 },
    { arbitrary: fc.constantFrom(...CLASSES), weight: 3 },
    { arbitrary: fc.constantFrom(...LOOKS.split(' ')), weight: 2 },
    { arbitrary: fc.constantFrom(...FLAGS), weight: 1 },
    { arbitrary: group(tie('pattern')), weight: 4 },
    {
      arbitrary: fc.tuple(tie('pattern'), fc.constantFrom(...COUNTS)).map((parts) => parts.join('')),
      weight: 4,
    },
    { arbitrary: fc.tuple(tie('pattern'), tie('pattern')).map((parts) => parts.join('|')), weight: 2 },
    { arbitrary: fc.tuple(tie('pattern'), tie('pattern')).map((parts) => parts.join('')), weight: 4 },
  ),
}))

function group(inner: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...OPENERS), inner, fc.constantFrom('', ...COUNTS))
    .map(([open, text, count]) => `${open}${text})${count}`)
}

/** Well-formed, but for groups that share a name. */
export const anyPattern: fc.Arbitrary<string> = pattern.filter(fitsLiteral)

/** Mostly broken: well-formed ones with a few places changed. */
export const brokenPattern: fc.Arbitrary<string> = fc
  .tuple(
    pattern,
    fc.array(fc.tuple(fc.nat(99), fc.constantFrom('', ...JUNK), fc.nat(1)), { minLength: 1, maxLength: 3 }),
  )
  .map(([text, edits]) => {
    const chars = [...text]
    for (const [at, junk, removed] of edits) chars.splice(at % (chars.length + 1), removed, junk)
    return chars.join('')
  })
  .filter(fitsLiteral)

/** The engine is given expressions as `r####"…"####`. */
function fitsLiteral(text: string): boolean {
  return !text.includes('"####') && text.length < 400
}

export const anySubject: fc.Arbitrary<string> = fc
  .array(
    fc.constantFrom(...'a b c A B 1 _ - é . k K ſ K aa ab % β İ'.split(' '), ' ', '\n', '\r', '\r\n', '\t'),
    {
      maxLength: 8,
    },
  )
  .map((parts) => parts.join(''))

const { ascii } = fc.letrec<{ ascii: string }>((tie) => ({
  ascii: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    { arbitrary: fc.constantFrom('a', 'b', 'c', '.', '[ab]', '\\w', '^', '$', '\\b', '\\B'), weight: 4 },
    {
      arbitrary: fc
        .tuple(fc.constantFrom('(', '(', '(?:'), tie('ascii'), fc.constantFrom('', '', ...COUNTS))
        .map(([open, text, count]) => `${open}${text})${count}`),
      weight: 4,
    },
    { arbitrary: fc.tuple(tie('ascii'), tie('ascii')).map((parts) => parts.join('|')), weight: 2 },
    { arbitrary: fc.tuple(tie('ascii'), tie('ascii')).map((parts) => parts.join('')), weight: 4 },
  ),
}))

/** What every dialect with leftmost-first matching reads alike. */
export const commonPattern: fc.Arbitrary<string> = ascii

export const commonSubject: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', ' '),
  maxLength: 8,
})
