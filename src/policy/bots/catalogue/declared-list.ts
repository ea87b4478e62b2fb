/**
 * The patterns of the npm package `isbot` (Unlicense) for clients that say they are automated, read when a policy
 * is built. They do not say who a client is.
 * @module
 */
import { list } from 'isbot'
import { EXCLUSIONS } from './exclusions.ts'
import type { Patterns } from './pattern.ts'
import { readRegex } from './read-regex.ts'

/** All patterns but those that hit browsers of people. */
export function readDeclaredList(): Patterns {
  const read = list.flatMap((pattern) => {
    const exclusion = EXCLUSIONS.find((one) => one.list === 'isbot' && one.pattern === pattern)
    const source = exclusion === undefined ? pattern : exclusion.instead
    return source === undefined ? [] : [readRegex(source, 'i')]
  })
  const structures = read.flatMap((patterns) => patterns.structures)
  // One anchor for all that begin at the start: the engine then looks there only, and once.
  const anchored = structures.filter(({ regex, last }) => regex.startsWith('^') && last === undefined)
  const others = structures.filter((structure) => !anchored.includes(structure))
  const start = `^(?:${anchored.map(({ regex }) => regex.slice(1)).join('|')})`
  return {
    literals: read.flatMap((patterns) => patterns.literals),
    structures: anchored.length === 0 ? others : [{ regex: start }, ...others],
  }
}
