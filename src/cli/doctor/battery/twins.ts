/** Other spellings of signed fields, which applications behind gateway interfaces cannot tell from the signed ones. */

import { type BatteryCase, casesOf, SPOOF, SPOOF_IP } from '../battery-case.ts'
import { addFields, addFirst, getField, mapFields } from '../edit-attempt.ts'
import { CLIENT, INPUT, SIGNATURE } from '../signing-desk.ts'

const { refused, either } = casesOf('twins')

const TWIN = 'RFC 3875 section 4.1.18: - and _ become one in gateway interfaces, in some of them . too'
const FAKE = `ip="${SPOOF_IP}", host="${SPOOF}", scheme=https`

const ADDED: readonly (readonly [name: string, value: string])[] = [
  ['Sallyport_Client', FAKE],
  ['sallyport_client', FAKE],
  ['SALLYPORT_CLIENT', FAKE],
  ['Sallyport.Client', FAKE],
  ['Sallyport_Verdict', `action=pass, policy="0", route="${SPOOF}"`],
  ['Sallyport-Request_Id', `"${SPOOF}"`],
  ['Sallyport_Request-Id', `"${SPOOF}"`],
  ['Sallyport.Request.Id', `"${SPOOF}"`],
  ['Signature_Input', SPOOF],
  ['Signature.Input', SPOOF],
  ['Content_Digest', `sha-256=:${SPOOF}:`],
  ['Sallyport_Role', SPOOF],
  ['Sallyport_Country', SPOOF],
]

function renamed(from: string, to: string): BatteryCase {
  return refused(`${to} in place of ${from}`, 'field-twin', TWIN, (desk) =>
    mapFields(desk.sign(), (name, value) => [[name === from ? to : name, value]]),
  )
}

export const TWINS: readonly BatteryCase[] = [
  ...ADDED.map(([name, value]) =>
    either(`${name} beside the signed field`, 'field-twin', TWIN, (desk) =>
      addFields(desk.sign(), name, value),
    ),
  ),
  either('Sallyport_Client before the signed field', 'field-twin', TWIN, (desk) =>
    addFirst(desk.sign(), 'Sallyport_Client', FAKE),
  ),
  either('the signed client in a twin too', 'field-twin', TWIN, (desk) => {
    const intact = desk.sign()
    return addFields(intact, 'Sallyport_Client', getField(intact, CLIENT))
  }),
  renamed(CLIENT, 'Sallyport_Client'),
  renamed(INPUT, 'Signature_Input'),
  refused('nothing signed, but twins of all', undefined, TWIN, (desk) =>
    mapFields(desk.sign(), (name, value) => [
      [name === 'Host' || name === SIGNATURE ? name : name.replaceAll('-', '_'), value],
    ]),
  ),
]
