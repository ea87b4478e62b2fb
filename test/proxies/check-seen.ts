/** What an application may see of a request that came through a door. */
import type { Attempt } from '../../src/cli/doctor/attempt.ts'
import { SPOOF, SPOOF_IP } from '../../src/cli/doctor/battery-case.ts'
import { FACT_FIELDS, FACTS } from '../../src/origin/facts.ts'
import { FAMILIES, formatForwarded, IDENTITY } from '../../src/origin/restore.ts'
import { parseClient, parseRequestId, parseVerdict } from '../../src/signature/fields.ts'
import { dechunk } from '../origin/raw-client.ts'
import { hashBody, type Seen } from './echo-origin.ts'

function listFields({ fields }: Seen): [name: string, value: string][] {
  return Array.from({ length: fields.length / 2 }, (_, i): [string, string] => [
    (fields[2 * i] ?? '').toLowerCase(),
    fields[2 * i + 1] ?? '',
  ])
}

const KNOWN_FACTS = new Set(Object.values(FACT_FIELDS).map((name) => name.toLowerCase()))

/** The facts of a signed request, as far as it has any. A door may pass each of them on, with this value only. */
function expectedFacts({ signed }: Attempt): ReadonlyMap<string, string> {
  const client = parseClient(signed?.client ?? '')
  const verdict = parseVerdict(signed?.verdict ?? '')
  if (!client || !verdict) return new Map()
  const { country, asn, colo, tls, protocol } = client
  const { policy, route, log, bot } = verdict
  const facts = { country, asn, colo, tls, protocol, policy, route, log: log.join(' ') || undefined, bot }
  return new Map(
    FACTS.flatMap((fact) =>
      facts[fact] === undefined ? [] : [[FACT_FIELDS[fact].toLowerCase(), String(facts[fact])] as const],
    ),
  )
}

function findFalseFacts(attempt: Attempt, seen: Seen): string[] {
  const facts = expectedFacts(attempt)
  return listFields(seen)
    .filter(([name, value]) => KNOWN_FACTS.has(name) && facts.get(name) !== value)
    .map(([name, value]) => `${name}: ${value} in place of ${facts.get(name) ?? 'nothing'}`)
}

/** Fields that claim an identity, and may not be there unless the door has written them. */
function isClaim(name: string): boolean {
  if (KNOWN_FACTS.has(name)) return false
  const squashed = name.replace(/[^a-z0-9]/g, '-')
  return IDENTITY.has(squashed) || FAMILIES.some((family) => squashed.startsWith(family))
}

/** A field that the battery uses as any visitor would: whatever it holds claims nothing. */
const OWN = 'x-extra'

function findSpoofs(seen: Seen): string[] {
  const claims = listFields(seen).filter(([name]) => name !== OWN)
  const text = [seen.method, seen.url, ...claims.flat()].join('\n')
  return [SPOOF, SPOOF_IP].filter((mark) => text.includes(mark)).map((mark) => `the application sees ${mark}`)
}

/** What the door has to write, of a signed request. */
function expectedFields(attempt: Attempt): ReadonlyMap<string, string> {
  const client = parseClient(attempt.signed?.client ?? '')
  if (!client) return new Map()
  const { ip, port, host, scheme } = client
  return new Map([
    ['host', host],
    ['x-forwarded-for', ip],
    ['x-forwarded-host', host],
    ['x-forwarded-proto', scheme],
    ['x-real-ip', ip],
    ['x-request-id', parseRequestId(attempt.signed?.requestId ?? '') ?? ''],
    ['forwarded', formatForwarded(ip, port, host, scheme)],
  ])
}

function compareFields(expected: ReadonlyMap<string, string>, seen: Seen): string[] {
  const fields = listFields(seen)
  const faults = [...expected].flatMap(([name, want]) => {
    const got = fields.filter(([own]) => own === name).map(([, value]) => value)
    return got.length === 1 && got[0] === want ? [] : [`${name}: ${JSON.stringify(got)} in place of ${want}`]
  })
  const more = fields.filter(([name]) => isClaim(name) && !expected.has(name))
  return [...faults, ...more.map(([name, value]) => `the application sees ${name}: ${value}`)]
}

/** Every way in which what was seen differs from what was signed; `whole` compares the content too. */
export function checkSeen(attempt: Attempt, seen: Seen, whole: boolean): string[] {
  const { signed } = attempt
  const faults = [...findSpoofs(seen), ...findFalseFacts(attempt, seen)]
  if (!signed) return [...faults, ...compareFields(new Map(), seen)]
  const target = signed.query === '?' ? signed.path : signed.path + signed.query
  if (seen.method !== signed.method) faults.push(`method ${seen.method} in place of ${signed.method}`)
  if (seen.url !== target) faults.push(`target ${seen.url} in place of ${target}`)
  if (whole && signed.method === 'POST' && seen.bodyHash !== hashBody(contentOf(attempt)))
    faults.push('the content differs')
  return [...faults, ...compareFields(expectedFields(attempt), seen)]
}

/** The content of a well-formed body. */
function contentOf({ fields, body }: Attempt): string {
  return fields.includes('chunked') ? dechunk(body) : body
}
