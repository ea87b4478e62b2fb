/** The three signed fields: changed, gone, or there twice. */

import { type BatteryCase, casesOf, SPOOF_IP } from '../battery-case.ts'
import { addFields, addFirst, getField, setField } from '../edit-attempt.ts'
import { CLIENT, CLIENT_IP, REQUEST_ID, VERDICT } from '../signing-desk.ts'

const { refused, either } = casesOf('fields')

const COVERED = 'the field is covered'
const TWICE = 'proxies read the first, the last, or both joined; the application may read another one'
const PRINTABLE = 'RFC 9421 section 7.5.5: what is not printable may forge a line of the base'

function attack(name: string, other: string): readonly BatteryCase[] {
  return [
    refused(`another ${name}`, 'mac', COVERED, (desk) => setField(desk.sign(), name, other)),
    refused(`no ${name}`, 'field-missing', COVERED, (desk) => setField(desk.sign(), name, undefined)),
    refused(`an empty ${name}`, 'mac', COVERED, (desk) => setField(desk.sign(), name, '')),
    refused(`a second ${name}, after`, 'field-repeated', TWICE, (desk) =>
      addFields(desk.sign(), name, other),
    ),
    refused(`a second ${name}, before`, 'field-repeated', TWICE, (desk) =>
      addFirst(desk.sign(), name, other),
    ),
    refused(`the same ${name} twice`, 'field-repeated', TWICE, (desk) => {
      const intact = desk.sign()
      return addFields(intact, name, getField(intact, name))
    }),
    refused(`a second ${name}, empty`, 'field-repeated', TWICE, (desk) => addFields(desk.sign(), name, '')),
    refused(`more in the line of ${name}`, 'mac', COVERED, (desk) => {
      const intact = desk.sign()
      return setField(intact, name, `${getField(intact, name)}, ${other}`)
    }),
    refused(`bytes outside ASCII in ${name}`, 'field-value', PRINTABLE, (desk) => {
      const intact = desk.sign()
      return setField(intact, name, `${getField(intact, name)}\u00e9`)
    }),
  ]
}

const FORM = 'what is signed in a form that this version does not know may mean anything'

/** Only the holder of the key can make these: they test what is done with facts, not who may state them. */
const FORMS: readonly BatteryCase[] = [
  refused('a tab within a signed client', 'field-value', PRINTABLE, (desk) =>
    desk.sign({ client: `ip="${CLIENT_IP}",\thost="${desk.host}", scheme=${desk.scheme}` }),
  ),
  refused('a signed client without a host', 'client', FORM, (desk) =>
    desk.sign({ client: `ip="${CLIENT_IP}", scheme=https` }),
  ),
  refused('a signed client in another order', 'client', FORM, (desk) =>
    desk.sign({ client: `host="${desk.host}", ip="${CLIENT_IP}", scheme=https` }),
  ),
  refused('a signed client whose address is a name', 'client', FORM, (desk) =>
    desk.sign({ client: `ip="localhost", host="${desk.host}", scheme=https` }),
  ),
  refused('a signed client with another scheme', 'client', FORM, (desk) =>
    desk.sign({ client: `ip="${CLIENT_IP}", host="${desk.host}", scheme=ftp` }),
  ),
  refused('a signed client with an unknown member', 'client', FORM, (desk) =>
    desk.sign({ client: `ip="${CLIENT_IP}", host="${desk.host}", scheme=https, role="admin"` }),
  ),
  refused('a signed host with a path', 'client', FORM, (desk) =>
    desk.sign({ client: `ip="${CLIENT_IP}", host="shop.example/x", scheme=https` }),
  ),
  refused('a signed request id that is a token', 'request-id', FORM, (desk) =>
    desk.sign({ requestId: 'doctor-0192f0c1' }),
  ),
  refused('a signed request id with a line break in escapes', 'request-id', FORM, (desk) =>
    desk.sign({ requestId: '"doctor%0d%0a-0192f0c1"' }),
  ),
  either('a signed verdict that is no pass', 'verdict', FORM, (desk) =>
    desk.sign({ verdict: 'action=block, policy="0123456789abcdef", route="doctor"' }),
  ),
]

export const COVERED_FIELDS: readonly BatteryCase[] = [
  ...attack(CLIENT, `ip="${SPOOF_IP}", host="shop.example", scheme=https`),
  ...attack(VERDICT, 'action=pass, policy="0000000000000000", route="admin"'),
  ...attack(REQUEST_ID, '"aaaaaaaa-0000-7000-8000-000000000000"'),
  ...FORMS,
]
