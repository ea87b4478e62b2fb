/**
 * The answer to `GET /robots.txt`, and what is remembered between two of them.
 * @module
 */
import type { AgentModel, BotsModel } from '../../../bundle/bots-model.ts'
import type { Answer } from '../../../http/problem.ts'
import type { OriginRobots } from './origin-robots.ts'
import { writeRobots } from './write-robots.ts'

export interface RobotsFile {
  /**
   * @param site What a file is for: scheme and host.
   * @param ask Asks the origin; called at most once in five minutes and site. Must not reject.
   * @param now Milliseconds since the epoch.
   */
  answer(site: string, ask: () => Promise<OriginRobots>, now: number): Promise<Answer>
}

const FRESH = 300_000
/** Crawlers use a file for a day at most, unless it cannot be reached (RFC 9309 section 2.4). */
const STALE = 86_400_000
/** Before an origin that is down is asked again. */
const RETRY = 30_000
const MOST_SITES = 64
/** Characters of all files together. */
const MOST_TEXT = 4_000_000

interface Kept {
  /** Absent: the origin was down, and nothing is known. */
  readonly text?: string
  /** When it was written, in milliseconds since the epoch. */
  readonly at: number
  /** Not asked again before. */
  readonly until: number
}

/**
 * `undefined` where the origin's own file is what crawlers get: when the policy says so, and while it is not
 * enforced, as the file says what is enforced.
 * @param mode Of the stage.
 */
export function createRobotsFile(
  { crawlers, labyrinth }: Pick<BotsModel, 'crawlers' | 'labyrinth'>,
  agents: readonly AgentModel[],
  mode: 'off' | 'log' | 'enforce',
): RobotsFile | undefined {
  if (mode !== 'enforce' || crawlers.robots === 'off') return undefined
  const maze = labyrinth.mode === 'enforce' ? labyrinth.path : undefined
  const memory = createMemory()

  return {
    async answer(site, ask, now) {
      const known = memory.find(site, now)
      if (known !== undefined && known.until > now) return keptAnswer(known)
      // While one asks, the others get what there is: a slow origin is not asked once for each.
      if (known !== undefined) memory.keep(site, { ...known, until: now + RETRY })
      const origin: OriginRobots = crawlers.robots === 'replace' ? { kind: 'none' } : await ask()
      if (origin.kind === 'elsewhere') return redirect(origin.status, origin.location)
      if (origin.kind === 'down') {
        const kept = { at: now, ...known, until: now + RETRY }
        memory.keep(site, kept)
        return keptAnswer(kept)
      }
      const theirs = origin.kind === 'text' ? origin.text : undefined
      const text = writeRobots(crawlers, agents, maze, theirs)
      memory.keep(site, { text, at: now, until: now + FRESH })
      return textAnswer(text)
    },
  }
}

interface Memory {
  find(site: string, now: number): Kept | undefined
  keep(site: string, file: Kept): void
}

function createMemory(): Memory {
  const files = new Map<string, Kept>()
  let size = 0
  function forget(site: string): void {
    size -= files.get(site)?.text?.length ?? 0
    files.delete(site)
  }
  return {
    find(site, now) {
      const file = files.get(site)
      // A time that lies ahead is of a clock that was set back.
      if (file === undefined || now - file.at > STALE || file.at > now) return undefined
      return file
    },
    keep(site, file) {
      forget(site)
      files.set(site, file)
      size += file.text?.length ?? 0
      for (const oldest of files.keys()) {
        if (files.size <= MOST_SITES && size <= MOST_TEXT) break
        forget(oldest)
      }
    },
  }
}

const TEXT = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }

function keptAnswer({ text }: Kept): Answer {
  return text === undefined ? UNKNOWN : textAnswer(text)
}

function textAnswer(body: string): Answer {
  return { status: 200, headers: { ...TEXT, 'cache-control': 'public, max-age=300' }, body }
}

/**
 * What the origin closes is not known, and a file without it would open it. A server error tells crawlers to wait
 * (section 2.3.1.4), and there is nothing to be had from an origin that is down.
 */
const UNKNOWN: Answer = {
  status: 503,
  headers: { ...TEXT, 'cache-control': 'no-store', 'retry-after': '60' },
  body: 'The robots.txt of this site cannot be read now.\n',
}

function redirect(status: number, location: string): Answer {
  return { status, headers: { location, 'cache-control': 'no-store' }, body: '' }
}
