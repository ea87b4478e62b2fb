/**
 * Bans for people.
 * @module
 */
import type { Ban } from '../../ingress/dos/watch-protocol.ts'
import { toPlainText } from '../explain/plain-text.ts'
import { formatTimeLeft } from '../operator/time-left.ts'

const MAX_KEY = 64
const MAX_REASON = 200

function cellsOf(ban: Ban, now: number): readonly string[] {
  const { id, level, key, action, until, by, strikes, reason } = ban
  const times = strikes === 1 ? by : `${by} (${strikes}. time)`
  return [
    id,
    level,
    toPlainText(key, MAX_KEY),
    action,
    `${formatTimeLeft(until - now)} left`,
    times,
    toPlainText(reason, MAX_REASON),
  ]
}

/** `192.0.2.1 (address), block, 30 min left, by operator: scrapes prices  [0123456789abcdef]`. */
export function renderBan(ban: Ban, now: number): string {
  const [id = '', level = '', key = '', action = '', left = '', by = '', reason = ''] = cellsOf(ban, now)
  return `${key} (${level}), ${action}, ${left}, by ${by}: ${reason}  [${id}]`
}

/** A table with a column for each of id, level, key, action, time left, who, and why. */
export function renderBans(bans: readonly Ban[], place: string, now: number): string {
  if (bans.length === 0) return `Nobody is banned at ${place}.`
  const rows = bans.map((ban) => cellsOf(ban, now))
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  )
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [`${bans.length} ban(s) at ${place}`, ...lines].join('\n')
}
