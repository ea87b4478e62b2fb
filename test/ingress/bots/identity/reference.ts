/**
 * What the lists say, one regular expression after another: slow, and as they are written.
 * @module
 */
import crawlers from 'crawler-user-agents'
import { list } from 'isbot'
import { AGENTS } from '../../../../src/policy/bots/catalogue/agents.ts'
import { EXCLUSIONS } from '../../../../src/policy/bots/catalogue/exclusions.ts'

function remaining(listName: 'isbot' | 'crawler-user-agents', patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) => {
    const exclusion = EXCLUSIONS.find((one) => one.list === listName && one.pattern === pattern)
    if (exclusion === undefined) return [pattern]
    return exclusion.instead === undefined ? [] : [exclusion.instead]
  })
}

function toRegExp(pattern: string): RegExp {
  const [, before = '', literal = '', after = ''] = /^(\^|\\b)?(.*?)(\$|\\b)?$/.exec(pattern) ?? []
  return new RegExp(before + literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&') + after, 'i')
}

const CRAWLERS = remaining(
  'crawler-user-agents',
  crawlers.map(({ pattern }) => pattern),
).map((source) => new RegExp(source))
const DECLARED = new RegExp(remaining('isbot', list).join('|'), 'i')
const OWN = AGENTS.map((agent) => ({ ...agent, regexes: agent.patterns.map(toRegExp) }))

export function isDeclared(userAgent: string): boolean {
  return DECLARED.test(userAgent) || namesCrawler(userAgent) || ownNames(userAgent).length > 0
}

export function namesCrawler(userAgent: string): boolean {
  return CRAWLERS.some((regex) => regex.test(userAgent))
}

/** Agents of our own table that it names. */
export function ownNames(userAgent: string): readonly string[] {
  return OWN.filter(({ regexes }) => regexes.some((regex) => regex.test(userAgent))).map(({ name }) => name)
}
