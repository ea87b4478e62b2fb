/** A verifier beside the proxy is told what the request was; these tell it something else (a confused deputy). */
import type { OriginFailure } from '../../../origin/outcome.ts'
import type { Attempt } from '../attempt.ts'
import { type BatteryCase, casesOf } from '../battery-case.ts'
import { addFields, addFirst, setField } from '../edit-attempt.ts'
import type { Desk } from '../signing-desk.ts'

const { refused } = casesOf('deputy')

const TOLD = 'a verifier that takes this field for the request vouches for another one than is served'
const SIGNED = '/doctor/public'
const SERVED = '/doctor/admin'

/** Signed for one target and sent to another one, with fields that name the first. */
function retargeted(fields: (desk: Desk) => readonly string[]): (desk: Desk) => Attempt {
  return (desk) => ({
    ...addFields(desk.sign({ path: SIGNED, query: '?' }), ...fields(desk)),
    target: SERVED,
  })
}

const byTarget = (name: string, value: (desk: Desk) => string, failure: OriginFailure = 'mac'): BatteryCase =>
  refused(
    `another target, ${name} names the signed one`,
    failure,
    TOLD,
    retargeted((desk) => [name, value(desk)]),
  )

/** Signed as HEAD and sent as GET, so that nothing happens to an origin that lets it in. */
const byMethod = (name: string): BatteryCase =>
  refused(`another method, ${name} names the signed one`, 'mac', TOLD, (desk) => ({
    ...addFields(desk.sign({ method: 'HEAD' }), name, 'HEAD'),
    method: 'GET',
  }))

const byHost = (name: string): BatteryCase =>
  refused(`another host, ${name} names the signed one`, 'authority', TOLD, (desk) =>
    addFields(setField(desk.sign(), 'Host', 'evil.example'), name, desk.authority),
  )

const path = (): string => SIGNED
const url = ({ scheme, authority }: Desk): string => `${scheme}://${authority}${SIGNED}`

export const DEPUTY: readonly BatteryCase[] = [
  byTarget('X-Original-URL', url),
  byTarget('X-Original-URI', path),
  byTarget('X-Forwarded-Uri', path),
  byTarget('X-Forwarded-Path', path),
  byTarget('X-Rewrite-URL', path),
  byTarget('X-Envoy-Original-Path', path),
  byTarget('X-Auth-Request-Redirect', path),
  byTarget('Sallyport-Door-Target', path),
  byTarget('sallyport_door_target', path, 'field-twin'),
  byTarget('X_Original_URL', url),
  byMethod('X-Original-Method'),
  byMethod('X-Forwarded-Method'),
  byMethod('X-HTTP-Method-Override'),
  byMethod('Sallyport-Door-Method'),
  byHost('X-Forwarded-Host'),
  byHost('X-Original-Host'),
  byHost('Sallyport-Door-Host'),
  refused(
    'every name of the request at once',
    'mac',
    TOLD,
    retargeted((desk) => [
      ...[
        'X-Original-URL',
        url(desk),
        'X-Original-URI',
        SIGNED,
        'X-Forwarded-Uri',
        SIGNED,
        'X-Original-Method',
        'GET',
      ],
      ...['X-Forwarded-Method', 'GET', 'X-Forwarded-Host', desk.authority, 'X-Forwarded-Proto', desk.scheme],
      ...[
        'Sallyport-Door-Target',
        SIGNED,
        'Sallyport-Door-Method',
        'GET',
        'Sallyport-Door-Host',
        desk.authority,
      ],
      ...['Sallyport-Door-Framing', ';', 'Sallyport-Door-Connection', ''],
    ]),
  ),
  refused('names of the request before all others', 'mac', TOLD, (desk) => {
    const attempt = { ...desk.sign({ path: SIGNED, query: '?' }), target: SERVED }
    return addFirst(addFirst(attempt, 'Sallyport-Door-Target', SIGNED), 'X-Forwarded-Uri', SIGNED)
  }),
  refused('content that Sallyport-Door-Framing denies', 'framing', TOLD, (desk) => ({
    ...addFields(desk.sign(), 'Sallyport-Door-Framing', ';', 'Content-Length', '3'),
    body: 'abc',
  })),
  refused('a hop-by-hop name that Sallyport-Door-Connection denies', 'connection', TOLD, (desk) =>
    addFields(desk.sign(), 'Sallyport-Door-Connection', 'close', 'Connection', 'close, Sallyport-Client'),
  ),
  refused(
    'answers of a verifier, sent by the client',
    'unsigned',
    'a proxy that takes them for the verifier’s lets everybody in',
    (desk) =>
      addFields(
        desk.plain(),
        'X-Auth-Request-User',
        'admin',
        'X-Verified',
        '1',
        'X-Accel-Redirect',
        '/',
        'X-Sendfile',
        '/etc/hostname',
      ),
  ),
]
