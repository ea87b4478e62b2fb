/** Fields that claim who the client is: the application must see the signed answer only. */
import { type BatteryCase, casesOf, SPOOF, SPOOF_IP } from '../battery-case.ts'
import { addFields, addFirst } from '../edit-attempt.ts'
import { CLIENT_IP } from '../signing-desk.ts'

const { either } = casesOf('injection')

const CLAIM = 'applications believe the field, whoever sent it'
const TWIN = 'RFC 3875 section 4.1.18: - and _ become one in gateway interfaces'
const TWICE = 'the first of two is the visitor’s, and the one that is read'

/** Names with values that look right, so that a parser in between takes them. */
const CLAIMS: readonly (readonly [name: string, value: string])[] = [
  ['X-Forwarded-For', `${SPOOF_IP}, 10.0.0.1`],
  ['X-Forwarded-Host', SPOOF],
  ['X-Forwarded-Proto', SPOOF],
  ['X-Forwarded-Port', SPOOF],
  ['X-Forwarded-Prefix', `/${SPOOF}`],
  ['X-Forwarded-Server', SPOOF],
  ['X-Forwarded-Scheme', SPOOF],
  ['X-Forwarded-Ssl', SPOOF],
  ['X-Forwarded', `for=${SPOOF_IP}`],
  ['X-Forwarded-Client-Cert', `Subject="CN=${SPOOF}"`],
  ['Forwarded', `for=${SPOOF_IP};host=${SPOOF}`],
  ['X-Real-IP', SPOOF_IP],
  ['X-Request-ID', SPOOF],
  ['X-Client-IP', SPOOF_IP],
  ['X-Cluster-Client-IP', SPOOF_IP],
  ['True-Client-IP', SPOOF_IP],
  ['CF-Connecting-IP', SPOOF_IP],
  ['CF-Connecting-IPv6', SPOOF],
  ['CF-IPCountry', SPOOF],
  ['Fastly-Client-IP', SPOOF_IP],
  ['X-Envoy-External-Address', SPOOF_IP],
  ['X-Azure-ClientIP', SPOOF_IP],
  ['X-Host', SPOOF],
  ['X-Original-URL', `/${SPOOF}`],
  ['X-Original-URI', `/${SPOOF}`],
  ['X-Original-Method', SPOOF],
  ['X-Original-Host', SPOOF],
  ['X-Rewrite-URL', `/${SPOOF}`],
  ['Front-End-Https', SPOOF],
  ['Sallyport-Role', SPOOF],
  ['Sallyport-Country', SPOOF],
  ['Sallyport-Route', SPOOF],
  ['Sallyport-Simulate', `ip=${SPOOF_IP}`],
]

const FACTS = ['Country', 'Asn', 'Colo', 'Tls', 'Protocol', 'Policy', 'Route', 'Log', 'Bot'] as const

const TWINS: readonly (readonly [name: string, value: string])[] = [
  ['X_Forwarded_For', SPOOF_IP],
  ['X-Forwarded_For', SPOOF_IP],
  ['X_Forwarded_Host', SPOOF],
  ['X_Forwarded_Proto', SPOOF],
  ['X_Real_IP', SPOOF_IP],
  ['X.Real.IP', SPOOF_IP],
  ['X.Forwarded.For', SPOOF_IP],
  ['X_Request_Id', SPOOF],
  ['X_Original_URL', `/${SPOOF}`],
  ['CF_Connecting_IP', SPOOF_IP],
  ['True_Client_IP', SPOOF_IP],
]

const claim =
  (why: string) =>
  ([name, value]: readonly [name: string, value: string]): BatteryCase =>
    either(name, undefined, why, (desk) => addFields(desk.sign(), name, value))

export const INJECTION: readonly BatteryCase[] = [
  ...CLAIMS.map(claim(CLAIM)),
  ...TWINS.map(claim(TWIN)),
  either('X-Forwarded-For before all others', undefined, TWICE, (desk) =>
    addFirst(desk.sign(), 'X-Forwarded-For', SPOOF_IP),
  ),
  either('X-Forwarded-For twice', undefined, TWICE, (desk) =>
    addFields(desk.sign(), 'X-Forwarded-For', SPOOF_IP, 'X-Forwarded-For', `${SPOOF_IP}, 127.0.0.1`),
  ),
  either('X-Real-IP twice', undefined, TWICE, (desk) =>
    addFields(desk.sign(), 'X-Real-IP', SPOOF_IP, 'x-real-ip', SPOOF_IP),
  ),
  either(
    'facts that the edge did not know',
    undefined,
    'a fact that is not signed must not be the visitor’s',
    (desk) =>
      addFields(
        desk.sign({ client: `ip="${CLIENT_IP}", host="${desk.host}", scheme=${desk.scheme}` }),
        ...FACTS.flatMap((fact) => [`Sallyport-${fact}`, SPOOF]),
      ),
  ),
  either('every claim at once', undefined, CLAIM, (desk) =>
    addFields(desk.sign(), ...CLAIMS.flat(), ...TWINS.flat()),
  ),
]
