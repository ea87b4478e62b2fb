/**
 * Ways to tell from a User-Agent who a client says it is: ours, and those that the lists are used with.
 * @module
 */
import crawlers from 'crawler-user-agents'
import { isbot } from 'isbot'
import AhoCorasick from 'modern-ahocorasick'
import { openAgents } from '../../src/ingress/bots/identity/agent-index.ts'
import type { Variant } from './prefix-variants.ts'

export interface AgentContender extends Variant {
  /** Takes a text of 16 KB in bounded time, so that it can be asked with hostile ones. */
  readonly asks: (userAgent: string) => boolean
}

/** One operation is one User-Agent. */
export function createContenders(part: ArrayBuffer, userAgents: readonly string[]): AgentContender[] {
  const place = { buffer: part, offset: 0, length: part.byteLength }
  const anew = openAgents(place, { remembered: 0 })
  const remembering = openAgents(place, { remembered: userAgents.length })
  const combined = new RegExp(crawlers.map(({ pattern }) => pattern).join('|'))
  const plain = crawlers
    .map(({ pattern }) => pattern.replaceAll('\\', ''))
    .filter((text) => !/[[(^$|]/.test(text))
  const literals = new AhoCorasick(plain)
  // A function for each, so that each is compiled for what it sees.
  return [
    contender('ours, each anew', 100, userAgents, (text) => anew.identify(text).declared),
    contender('ours, with its memory', 1_000, userAgents, (text) => remembering.identify(text).declared),
    contender('isbot (yes or no)', 40, userAgents, (text) => isbot(text)),
    contender('modern-ahocorasick, literals only', 40, userAgents, (text) => literals.match(text)),
    contender('crawler-user-agents, one RegExp', 10, userAgents, (text) => combined.test(text)),
  ]
}

function contender(
  name: string,
  rounds: number,
  userAgents: readonly string[],
  asks: (userAgent: string) => boolean,
): AgentContender {
  return {
    name,
    asks,
    count: rounds * userAgents.length,
    run(count) {
      let sum = 0
      for (let done = 0; done < count; done += userAgents.length)
        for (const userAgent of userAgents) sum += asks(userAgent) ? 1 : 0
      return sum
    },
  }
}

const LENGTH = 16_384
const BROWSER = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) '

function fill(text: string): string {
  return text.repeat(Math.ceil(LENGTH / text.length)).slice(0, LENGTH)
}

/** User-Agents of 16 KB that are made to take long. */
export const HOSTILE: readonly (readonly [name: string, userAgent: string])[] = [
  ['one letter', fill('a')],
  ['a letter of most literals', fill('b')],
  ['blanks', fill(' ')],
  ['the start of a literal over and over', fill('Google')],
  ['a long literal but for its end', fill('cohere-training-data-crawle')],
  ['a literal whose expression fails', fill('libhttp')],
  [
    'many literals whose expressions fail',
    fill('libhttp camscan java; Google TV process/tools androiddownload .catch'),
  ],
  ['the first of two in order', fill('Spider')],
  ['both of two in the wrong order', `spider.com${fill('Spider')}`],
  ['words with slashes', fill('a/')],
  ['versions', `x/${fill('1.1')}`],
  ['digits and semicolons', fill('1; ')],
  ['at signs', fill('@a-')],
  ['android models', fill('android 1.1; a discovery')],
  ['not ASCII', fill('é')],
  ['not Latin', fill('日本')],
  ['a browser, then noise', BROWSER + fill('x/1.0 ')],
  ['a browser, then a colon at the end', `${BROWSER}${fill('; a')};`],
]
