/**
 * The maze: pages without end that cost a few microseconds each and nothing to keep. A page is a function of a key
 * and its path.
 *
 * Links carry a tag of the network they were given to, so that a visit says something of the visitor: nobody can send
 * people of other networks in and have them counted.
 * @module
 */
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Answer } from '../../../http/problem.ts'
import { writeArchivePage } from './archive-page.ts'
import { createDraw } from './draw.ts'

export interface Maze {
  /** The way in for a network: a path. */
  entrance(network: string, now: number): string
  /** The page at a path, of the maze or not, with links for a network. */
  page(path: string, network: string, now: number): Answer
  /** Whether the path is one that this network was given in the last one or two weeks. */
  isGivenTo(path: string, network: string, now: number): boolean
}

/** How long a tag is given out: crawlers keep links for days. */
const WEEK = 604_800_000
/** Hex digits of a tag: 48 bits, and no more than a visit is to be had by guessing one. */
const DIGITS = 12
/** Characters of a path that make a difference. */
const LONGEST_PATH = 512

/** @param prefix Path with a slash at both ends. @param secret Key material; the key is derived from it. */
export function createMaze(prefix: string, secret: Uint8Array): Maze {
  const encoder = new TextEncoder()
  // Holds the key's two blocks, hashed: a copy of it saves half of the work for short messages.
  const keyed = hmac.create(sha256, hmac(sha256, secret, encoder.encode('sallyport labyrinth')))
  const digest = (text: string): Uint8Array => keyed.clone().update(encoder.encode(text)).digest()

  function tagOf(network: string, week: number): string {
    return hex(digest(`tag\n${week}\n${network}`).subarray(0, DIGITS / 2))
  }

  const entrance = (network: string, now: number): string =>
    `${prefix}${tagOf(network, Math.floor(now / WEEK))}/`

  return {
    entrance,
    page(path, network, now) {
      // What comes behind the tag names the page; the tag does not, so that all networks see the same archive.
      const name = path.startsWith(prefix) ? path.slice(prefix.length + DIGITS) : path
      const seed = new DataView(digest(`page\n${name.slice(0, LONGEST_PATH)}`).buffer)
      const draw = createDraw(Uint32Array.of(...[0, 4, 8, 12].map((at) => seed.getUint32(at))))
      return { status: 200, headers: HEADERS, body: writeArchivePage(draw, entrance(network, now)) }
    },
    isGivenTo(path, network, now) {
      const end = prefix.length + DIGITS
      if (!path.startsWith(prefix) || path[end] !== '/') return false
      const tag = path.slice(prefix.length, end)
      const week = Math.floor(now / WEEK)
      return tag === tagOf(network, week) || tag === tagOf(network, week - 1)
    },
  }
}

/** Nobody keeps it, indexes it or runs anything from it. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'private, no-store',
  'x-robots-tag': 'noindex, nofollow',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
}

function hex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}
