/**
 * Why a source was banned, in words.
 * @module
 */
import type { Culprit } from './ladder.ts'
import type { Level } from './watch-protocol.ts'

const NAMES: Readonly<Record<Level, string>> = {
  address: 'This address',
  network: 'This network',
  asn: 'This autonomous system',
  tls: 'Clients with this TLS fingerprint',
  agent: 'Clients with this user agent, on one path,',
}

/** One plain sentence on what a source does, for who reads the list of bans. @param total Requests per second of all. */
export function describeCulprit({ level, rate, usual, share }: Culprit, total: number): string {
  const verb = level === 'tls' || level === 'agent' ? 'send' : 'sends'
  const most = Math.min(100, Math.round(share))
  return `${NAMES[level]} ${verb} ${format(rate)} requests/s, usually ${format(usual)}: ${most} % of a surge to ${format(total)}/s.`
}

function format(rate: number): string {
  return rate < 10 ? rate.toFixed(1) : String(Math.round(rate))
}
