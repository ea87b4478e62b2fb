/**
 * The options of `sallyport origin serve`, checked: all that is wrong is said at once.
 * @module
 */
import {
  HIDES_UPGRADES,
  type Protocol,
  protocolsOf,
  type ServerMode,
} from '../../origin/auth-server/modes.ts'
import { FACTS, type Fact } from '../../origin/facts.ts'
import type { Address } from '../../origin/recipes/description.ts'
import { CLOCK_SKEW, MAX_TTL } from '../../signature/profile.ts'
import { readAddress } from './address.ts'

/** As they come from the command line. */
export interface ServeFlags {
  readonly lb: ServerMode
  readonly authority?: readonly string[]
  readonly scheme?: string
  readonly keys?: string
  readonly keysUrl?: string
  readonly listen: string
  readonly socketMode: string
  readonly admin: string
  readonly protocol?: string
  readonly pathPrefix: string
  readonly skew: string
  readonly maxTtl: string
  readonly rate: string
  readonly unsigned?: readonly string[]
  readonly fact?: readonly string[]
  readonly redis?: string
  readonly log: string
  readonly logRate: string
}

export interface ServeSettings {
  readonly mode: ServerMode
  readonly protocol: Protocol
  readonly pathPrefix: string
  readonly listen: Address
  readonly socketMode: number
  readonly admin: Address | undefined
  readonly keys: { readonly file: string } | { readonly url: string }
  readonly authority: readonly string[]
  readonly scheme: 'http' | 'https' | undefined
  readonly skew: number
  readonly maxTtl: number
  /** Nonces that the memory of this process holds. */
  readonly capacity: number
  readonly unsigned: readonly string[]
  readonly facts: readonly Fact[]
  readonly redis: string | undefined
  readonly log: 'refused' | 'all' | 'none'
  readonly logRate: number
}

export type SettingsResult =
  | { readonly ok: true; readonly settings: ServeSettings }
  | { readonly ok: false; readonly problems: readonly string[] }

const HOST = /^(?:[a-z0-9_][a-z0-9._-]{0,252}|\[[0-9a-f:.]{2,45}\])(?::[1-9][0-9]{0,4})?$/i
const PREFIX = /^(?:\/[A-Za-z0-9._~-]{1,64}){1,4}$/
const PROBE = /^\/[A-Za-z0-9._~/-]{0,127}$/
/** In plain HTTP from this machine only: whoever sits between could put in keys of their own. */
const KEYS_URL = /^(?:https:\/\/|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])[:/])[^\s@]+$/
const MAX_PROBES = 16
const MAX_AUTHORITIES = 256
/** What the memory of nonces is at least and at most: 4 MiB, and 512 MiB. */
const CAPACITY = { min: 131_072, max: 1 << 24 }

type Complain = (problem: string) => void

function quote(text: string): string {
  return JSON.stringify(text)
}

function readNumber(flag: string, text: string, min: number, max: number, complain: Complain): number {
  if (/^[0-9]{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text)
  complain(`${flag} ${quote(text)}: give a whole number from ${min} to ${max}`)
  return min
}

function readListen(flag: string, text: string, complain: Complain): Address {
  const address = readAddress(text)
  if (address) return address
  complain(
    `${flag} ${quote(text)}: give an address such as 127.0.0.1:9190, [::1]:9190 or unix:/run/sallyport.sock`,
  )
  return { kind: 'tcp', host: '127.0.0.1', port: 0 }
}

function readSocketMode(text: string, complain: Complain): number {
  if (/^0?[0-7]{3}$/.test(text)) return Number.parseInt(text, 8)
  complain(`--socket-mode ${quote(text)}: give permissions such as 0660`)
  return 0
}

function readAuthorities(hosts: readonly string[] = [], complain: Complain): readonly string[] {
  if (hosts.length === 0) {
    complain('--authority is missing: give the Host that the edge sends, such as --authority origin.example')
  }
  if (hosts.length > MAX_AUTHORITIES) complain(`--authority comes more than ${MAX_AUTHORITIES} times`)
  for (const host of hosts) {
    if (HOST.test(host)) continue
    complain(`--authority ${quote(host)}: give a host such as origin.example or origin.example:8443`)
  }
  return hosts
}

function readKeys({ keys, keysUrl }: ServeFlags, complain: Complain): ServeSettings['keys'] {
  if (keys !== undefined && keysUrl !== undefined) complain('--keys and --keys-url exclude each other')
  else if (keys === undefined && keysUrl === undefined) {
    complain('--keys is missing: give the path of origin.jwks.json (made by "sallyport keys new")')
  }
  if (keysUrl === undefined) return { file: keys ?? '' }
  if (!KEYS_URL.test(keysUrl)) {
    complain(
      '--keys-url: give a URL such as https://keys.example/origin.jwks.json, without a password; http:// on this machine only',
    )
  }
  return { url: keysUrl }
}

function readProbes({ lb, unsigned: paths = [] }: ServeFlags, complain: Complain): readonly string[] {
  if (paths.length > MAX_PROBES)
    complain(`--unsigned comes more than ${MAX_PROBES} times: list health probes only`)
  for (const path of paths) {
    if (!PROBE.test(path)) complain(`--unsigned ${quote(path)}: give a plain path such as /healthz`)
  }
  return HIDES_UPGRADES.has(lb) ? [] : paths
}

function isFact(name: string): name is Fact {
  return FACTS.some((fact) => fact === name)
}

function readFacts(names: readonly string[] = [], complain: Complain): readonly Fact[] {
  for (const name of names)
    if (!isFact(name)) complain(`--fact ${quote(name)}: give one of ${FACTS.join(', ')}`)
  return names.filter(isFact)
}

function readProtocol({ lb, protocol }: ServeFlags, complain: Complain): Protocol {
  const possible = protocolsOf(lb)
  const chosen = protocol === undefined ? possible[0] : possible.find((one) => one === protocol)
  if (chosen) return chosen
  complain(`--protocol ${quote(protocol ?? '')}: ${lb} asks over ${possible.join(' or ')}`)
  return 'http'
}

function readRedis(url: string | undefined, complain: Complain): string | undefined {
  // Not repeated: it may hold a password.
  if (url !== undefined && !/^rediss?:\/\/\S+$/.test(url)) {
    complain('--redis: give a URL such as redis://127.0.0.1:6379 (rediss:// for TLS)')
  }
  return url
}

export function readSettings(flags: ServeFlags): SettingsResult {
  const problems: string[] = []
  const complain = (problem: string): void => void problems.push(problem)
  const skew = readNumber('--skew', flags.skew, 0, 30, complain)
  const maxTtl = readNumber('--max-ttl', flags.maxTtl, 1, MAX_TTL, complain)
  const rate = readNumber('--rate', flags.rate, 1, 200_000, complain)
  if (!PREFIX.test(flags.pathPrefix)) {
    complain(
      `--path-prefix ${quote(flags.pathPrefix)}: give a path without a slash at its end, such as /verify`,
    )
  }
  const settings: ServeSettings = {
    mode: flags.lb,
    protocol: readProtocol(flags, complain),
    pathPrefix: flags.pathPrefix,
    listen: readListen('--listen', flags.listen, complain),
    socketMode: readSocketMode(flags.socketMode, complain),
    admin: flags.admin === 'off' ? undefined : readListen('--admin', flags.admin, complain),
    keys: readKeys(flags, complain),
    authority: readAuthorities(flags.authority, complain),
    scheme: flags.scheme === 'http' || flags.scheme === 'https' ? flags.scheme : undefined,
    skew,
    maxTtl,
    capacity: Math.min(Math.max(rate * (maxTtl + 2 * skew), CAPACITY.min), CAPACITY.max),
    unsigned: readProbes(flags, complain),
    facts: readFacts(flags.fact, complain),
    redis: readRedis(flags.redis, complain),
    log: flags.log === 'all' || flags.log === 'none' ? flags.log : 'refused',
    logRate: readNumber('--log-rate', flags.logRate, 1, 100_000, complain),
  }
  return problems.length === 0 ? { ok: true, settings } : { ok: false, problems }
}

/** For the help. */
export const DEFAULTS: {
  readonly skew: string
  readonly maxTtl: string
} = { skew: String(CLOCK_SKEW), maxTtl: String(MAX_TTL) }
