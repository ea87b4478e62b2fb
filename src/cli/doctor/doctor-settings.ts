/**
 * The settings of `sallyport origin doctor`, checked.
 * @module
 */
import { readFileSync } from 'node:fs'
import { formatAuthority } from '../../signature/base.ts'
import { type Key, parseKeySet } from '../../signature/keys.ts'
import { createBaseSigner } from './base-signer.ts'
import { GROUPS, type Group } from './battery-case.ts'
import type { DeskOptions } from './signing-desk.ts'
import type { Door } from './wire.ts'

export interface DoctorFlags {
  readonly keys: string
  readonly kid?: string
  readonly path?: string
  readonly authority?: string
  readonly host?: string
  readonly unsigned?: string
  readonly only?: readonly string[]
  readonly timeout: string
  readonly rate: string
  readonly unsafe?: boolean
  readonly bodies?: boolean
  readonly insecure?: boolean
  readonly json?: boolean
}

export interface DoctorSettings {
  readonly door: Door
  readonly desk: Omit<DeskOptions, 'now' | 'drawNonce'>
  readonly groups: ReadonlySet<Group>
  readonly hasProbe: boolean
  /** Milliseconds for each answer. */
  readonly timeout: number
  /** Requests per second. */
  readonly rate: number
}

export type DoctorSettingsResult =
  | { readonly ok: true; readonly settings: DoctorSettings }
  | { readonly ok: false; readonly message: string }

/** A setting that cannot be used. Thrown and caught in this file only. */
class Wrong extends Error {}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new Wrong('URL: the origin itself, as https://origin.example or http://127.0.0.1:8080')
  if (url.username !== '' || url.password !== '') throw new Wrong('URL: no user and no password')
  return url
}

function readKey(path: string, kid: string | undefined): Key {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    throw new Wrong(`--keys: ${path} cannot be read; it is the file that signs, edge.jwks.json`)
  }
  const result = parseKeySet(text)
  if (!result.ok) throw new Wrong(`--keys: ${path}: ${result.error.message}`)
  const { keys } = result.keySet
  const key = kid === undefined ? keys[0] : keys.find((one) => one.kid === kid)
  if (!key) throw new Wrong(`--kid: ${path} has ${keys.map((one) => one.kid).join(', ')}`)
  if (key.kty === 'OKP' && key.d === undefined)
    throw new Wrong(`--keys: ${key.kid} in ${path} is a public key; name the file that signs, edge.jwks.json`)
  return key
}

function readPath(name: string, text: string, form: RegExp): string {
  if (!form.test(text)) throw new Wrong(`${name}: takes a path such as /healthz, in visible ASCII`)
  return text
}

function readHost(name: string, text: string): string {
  if (!/^(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\])(?::[1-9][0-9]{0,4})?$/.test(text))
    throw new Wrong(`${name}: takes a host, with a port if it needs one, such as origin.example:8443`)
  return text.toLowerCase()
}

function readNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (!/^[0-9]{1,6}$/.test(text) || value < min || value > max)
    throw new Wrong(`${name}: takes a whole number from ${min} to ${max}`)
  return value
}

function readGroups({ only: names, unsigned }: DoctorFlags): ReadonlySet<Group> {
  const all = Object.keys(GROUPS).filter((name): name is Group => name in GROUPS)
  const chosen = all.filter((name) => names?.includes(name) ?? true)
  const unknown = names?.find((name) => !all.some((known) => known === name))
  if (unknown !== undefined) throw new Wrong(`--only: groups are ${all.join(', ')}`)
  if (names?.includes('health') && unsigned === undefined)
    throw new Wrong('--only: health needs --unsigned and a path that passes unsigned')
  return new Set(chosen)
}

/** The host without its port and brackets. */
const nameOf = (authority: string): string =>
  authority.startsWith('[') ? authority.slice(1, authority.indexOf(']')) : authority.replace(/:[0-9]+$/, '')

function toDoor(url: URL, authority: string, insecure: boolean): Door {
  const host = nameOf(url.host)
  if (url.protocol === 'http:') return { host, port: Number(url.port) || 80 }
  const tls = { insecure, servername: nameOf(authority) }
  return { host, port: Number(url.port) || 443, tls }
}

function read(text: string, flags: DoctorFlags): DoctorSettings {
  const url = readUrl(text)
  const scheme = url.protocol === 'https:' ? 'https' : 'http'
  const key = readKey(flags.keys, flags.kid)
  // As the edge sends it: it leaves a default port out.
  const authority = formatAuthority(readHost('--authority', flags.authority ?? url.host), scheme)
  const target = readPath(
    '--path',
    flags.path ?? url.pathname + url.search,
    /^\/[\x21\x22\x24-\x7e]{0,1023}$/,
  )
  const probe =
    flags.unsigned === undefined
      ? undefined
      : readPath('--unsigned', flags.unsigned, /^\/[A-Za-z0-9._~-][A-Za-z0-9._~/-]{0,126}$/)
  return {
    door: toDoor(url, authority, flags.insecure ?? false),
    desk: {
      authority,
      host: readHost('--host', flags.host ?? authority),
      scheme,
      target,
      probe,
      keyid: key.kid,
      agent: 'sallyport-doctor',
      signBase: createBaseSigner(key),
    },
    groups: readGroups(flags),
    hasProbe: probe !== undefined,
    timeout: readNumber('--timeout', flags.timeout, 1, 60) * 1000,
    rate: readNumber('--rate', flags.rate, 1, 1000),
  }
}

/** A message says which setting is wrong and what it takes; it never shows key material. */
export function readDoctorSettings(url: string, flags: DoctorFlags): DoctorSettingsResult {
  try {
    return { ok: true, settings: read(url, flags) }
  } catch (error) {
    if (error instanceof Wrong) return { ok: false, message: error.message }
    throw error
  }
}
