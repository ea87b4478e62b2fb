/** Health probes: one path, open for nothing but a look. */
import type { Attempt } from '../attempt.ts'
import { type BatteryCase, casesOf, SPOOF, SPOOF_IP } from '../battery-case.ts'
import { addFields, getField } from '../edit-attempt.ts'
import { CLIENT, type Desk, INPUT, SIGNATURE } from '../signing-desk.ts'

const { refused, passes, either } = casesOf('health')

const EXACT = 'the path is open exactly as it is written, or it opens others'
const NOBODY = 'who comes in unsigned is nobody'

/** Unsigned, to something that resembles the probe's path. */
function near(edit: (probe: string, desk: Desk) => string, method = 'GET'): (desk: Desk) => Attempt {
  return (desk) => desk.plain(edit(desk.probe, desk), method)
}

/** Unsigned, to the probe's path, with fields more. */
function withFields(...fields: readonly string[]): (desk: Desk) => Attempt {
  return (desk) => addFields(desk.plain(desk.probe), ...fields)
}

const hexOf = (character: string): string => `%${character.charCodeAt(0).toString(16)}`

/** A path without any letter gets one. */
function inAnotherCase(probe: string): string {
  const other = probe === probe.toUpperCase() ? probe.toLowerCase() : probe.toUpperCase()
  return other === probe ? `${probe}A` : other
}

const PATHS: readonly (readonly [name: string, edit: (probe: string, desk: Desk) => string])[] = [
  ['with a query', (probe) => `${probe}?x=1`],
  ['with an empty query', (probe) => `${probe}?`],
  ['with a slash more', (probe) => `${probe}/`],
  ['with a segment more', (probe) => `${probe}/admin`],
  ['with a doubled slash', (probe) => `/${probe}`],
  ['with an escape', (probe) => `/${hexOf(probe.charAt(1))}${probe.slice(2)}`],
  ['in another case', inAnotherCase],
  ['after a dot segment', (probe) => `/./${probe.slice(1)}`],
  ['after a double dot segment', (probe) => `/doctor/..${probe}`],
  ['with a way out', (probe) => `${probe}/../doctor/admin`],
  ['with an escaped way out', (probe) => `${probe}/%2e%2e/doctor/admin`],
  ['with a path parameter', (probe) => `${probe};/../doctor/admin`],
  ['with a backslash', (probe) => `${probe}\\..\\doctor\\admin`],
  ['with an escaped zero byte', (probe) => `${probe}%00/doctor/admin`],
  ['with an escaped line feed', (probe) => `${probe}%0a`],
  ['with an escaped query', (probe) => `${probe}%3fx=1`],
  ['with an ending', (probe) => `${probe}.html`],
  ['behind another path', (probe) => `/doctor/admin${probe}`],
  ['in the query of another path', (probe) => `/doctor/admin?${probe}`],
]

export const HEALTH: readonly BatteryCase[] = (
  [
    passes('a probe', EXACT, (desk) => desk.plain(desk.probe)),
    passes(
      'a probe by HEAD',
      EXACT,
      near((probe) => probe, 'HEAD'),
    ),
    ...PATHS.map(([name, edit]) => refused(`the probe’s path ${name}`, 'unsigned', EXACT, near(edit))),
    // Not in origin form: some doors look at that first, and say 403.
    refused(
      'the probe’s path with a fragment',
      undefined,
      EXACT,
      near((probe) => `${probe}#x`),
    ),
    refused(
      'the probe’s path in absolute form',
      undefined,
      EXACT,
      near((probe, { scheme }) => `${scheme}://evil.example${probe}`),
    ),
    ...['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'].map((method) =>
      refused(
        `${method} to the probe’s path`,
        'unsigned',
        'a probe only looks',
        near((probe) => probe, method),
      ),
    ),
    refused('a probe with content', 'unsigned', 'a probe only looks', (desk) => ({
      ...addFields(desk.plain(desk.probe), 'Content-Length', '3'),
      body: 'abc',
    })),
    refused('a probe with content in chunks', 'unsigned', 'a probe only looks', (desk) => ({
      ...addFields(desk.plain(desk.probe), 'Transfer-Encoding', 'chunked'),
      body: '3\r\nabc\r\n0\r\n\r\n',
    })),
    refused(
      'a probe that upgrades',
      'unsigned',
      'a tunnel through the open path',
      withFields(
        ...['Connection', 'Upgrade', 'Upgrade', 'websocket', 'Sec-WebSocket-Version', '13'],
        ...['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
      ),
    ),
    refused('a probe with half a signature', 'signature-input-missing', 'who signs is held to it', (desk) =>
      addFields(desk.plain(desk.probe), SIGNATURE, getField(desk.sign(), SIGNATURE)),
    ),
    refused('a probe with the other half', 'signature-missing', 'who signs is held to it', (desk) =>
      addFields(desk.plain(desk.probe), INPUT, getField(desk.sign(), INPUT)),
    ),
    refused('a probe with a wrong signature', 'mac', 'who signs is held to it', (desk) => ({
      ...desk.sign({ path: '/doctor/other' }),
      target: desk.probe,
    })),
    either('a probe with a client', undefined, NOBODY, (desk) =>
      addFields(desk.plain(desk.probe), CLIENT, `ip="${SPOOF_IP}", host="${SPOOF}", scheme=https`),
    ),
    either(
      'a probe that claims an address',
      undefined,
      NOBODY,
      withFields('X-Forwarded-For', SPOOF_IP, 'X_Real_Ip', SPOOF_IP, 'Forwarded', `for=${SPOOF_IP}`),
    ),
    either(
      'a probe that names another target',
      undefined,
      NOBODY,
      withFields('X-Original-URL', `/${SPOOF}`, 'X-Rewrite-URL', `/${SPOOF}`),
    ),
    either(
      'a probe with another method in a field',
      undefined,
      NOBODY,
      withFields('X-HTTP-Method-Override', SPOOF),
    ),
    ...(
      [
        'X-Original-URL',
        'X-Original-URI',
        'X-Forwarded-Uri',
        'Sallyport-Door-Target',
        'X-Envoy-Original-Path',
      ] as const
    ).map((name) =>
      refused(
        `another path, ${name} names the probe’s`,
        'unsigned',
        'a verifier that takes the field for the path lets everybody in',
        (desk) =>
          addFields(
            desk.plain('/doctor/admin'),
            name,
            name === 'X-Original-URL' ? `${desk.scheme}://${desk.authority}${desk.probe}` : desk.probe,
          ),
      ),
    ),
  ] satisfies BatteryCase[]
).map((one) => ({ ...one, needs: 'probe' as const }))
