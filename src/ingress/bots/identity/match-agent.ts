/**
 * Finds the first pattern that holds: literals by the automaton, then what must hold besides.
 * @module
 */
import { type AgentsContent, CHECK, LENGTH_SHIFT, type LiteralCheck } from '../../../bundle/agents-part.ts'
import type { Automaton } from '../../../lang/automaton/automaton.ts'
import { AgentsError } from './agents-error.ts'

/** The number of the literal, or that only a structure matches, or nothing. */
export type Match = number | 'structure' | 'none'

/** Whether a literal that ends at `end` of `text` counts. */
type Test = (text: string, end: number) => boolean

/** A matcher for texts of bounded length; not for two at a time. Throws `AgentsError` for a bad expression. */
export function createMatcher(automaton: Automaton, content: AgentsContent): (text: string) => Match {
  const tests = content.checks.map((check, literal) => {
    const name = content.agents[content.owners[literal] ?? -1]?.[0]
    return createTest(check, name)
  })
  // Expressions look at the whole text: once is enough, however often their literal occurs.
  const isWhole = content.checks.map((check) => typeof check === 'object')
  const failedIn = new Uint32Array(tests.length)
  const structures = content.structures.map(({ regex, last }) => ({ regex: compile(regex, 'i'), last }))
  let round = 0
  let best = tests.length
  let current = ''
  function onHit(literal: number, end: number): boolean {
    if (literal >= best || failedIn[literal] === round) return false
    const test = tests[literal]
    if (test === undefined || test(current, end)) best = literal
    else if (isWhole[literal] === true) failedIn[literal] = round
    return best === 0
  }
  return (text) => {
    round = (round + 1) >>> 0
    best = tests.length
    current = text
    automaton.scan(text, onHit)
    current = ''
    if (best < tests.length) return best
    const end = text.at(-1)
    for (const { regex, last } of structures)
      if ((last === undefined || last === end) && regex.test(text)) return 'structure'
    return 'none'
  }
}

/** `undefined`: the literal is enough. */
function createTest(check: LiteralCheck, name: string | undefined): Test | undefined {
  if (typeof check === 'string') return textTest(check)
  if (typeof check === 'number') {
    if ((check & CHECK.name) !== 0) return textTest(name ?? '')
    if ((check & CHECK.nameSlash) !== 0) return textTest(`${name ?? ''}/`)
    return check === 0 ? undefined : placeTest(check)
  }
  if ('regex' in check) {
    const regex = compile(check.regex, check.flags)
    return (text) => regex.test(text)
  }
  return (text) => occurInOrder(text, check.order)
}

function textTest(wanted: string): Test {
  return (text, end) => text.startsWith(wanted, end - wanted.length)
}

function placeTest(check: number): Test {
  const length = check >> LENGTH_SHIFT
  return (text, end) =>
    ((check & CHECK.start) === 0 || end === length) &&
    ((check & CHECK.end) === 0 || end === text.length) &&
    ((check & CHECK.wordBefore) === 0 || isWordEdge(text, end - length)) &&
    ((check & CHECK.wordAfter) === 0 || isWordEdge(text, end))
}

/** `\b` of regular expressions, at the place before the character at `at`. */
function isWordEdge(text: string, at: number): boolean {
  return isWord(text.charCodeAt(at - 1)) !== isWord(text.charCodeAt(at))
}

/** NaN, where there is no character, is none. */
function isWord(code: number): boolean {
  const letter = code | 0x20
  return (letter >= 0x61 && letter <= 0x7a && code < 0x80) || (code >= 0x30 && code <= 0x39) || code === 0x5f
}

function occurInOrder(text: string, order: readonly string[]): boolean {
  let from = 0
  for (const wanted of order) {
    const at = text.indexOf(wanted, from)
    if (at === -1) return false
    from = at + wanted.length
  }
  return true
}

function compile(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags)
  } catch (cause) {
    throw new AgentsError('The agents have an expression that is none.', { cause })
  }
}
