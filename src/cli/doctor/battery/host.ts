/** The authority: what was signed for one origin must not open another, nor another virtual host. */

import type { Attempt } from '../attempt.ts'
import { type BatteryCase, casesOf } from '../battery-case.ts'
import { addFields, addFirst, setField } from '../edit-attempt.ts'
import type { Desk } from '../signing-desk.ts'

const { refused, either } = casesOf('host')

const COVERED = 'RFC 9421 section 2.2.3: the authority is covered'
const ONE = 'RFC 9112 section 3.2: exactly one Host, or servers take different ones'
const FORM = 'RFC 9110 section 7.2: Host is a host and a port'

function hosted(host: string | ((desk: Desk) => string)): (desk: Desk) => Attempt {
  return (desk) => setField(desk.sign(), 'Host', typeof host === 'string' ? host : host(desk))
}

const DEFAULT_PORT = { http: 80, https: 443 } as const

export const HOST: readonly BatteryCase[] = [
  refused('another host', 'authority', COVERED, hosted('other.example')),
  refused(
    'another port',
    'authority',
    COVERED,
    hosted(({ authority }) =>
      authority.replace(/(:[0-9]+)?$/, (own) => (own === ':8444' ? ':8445' : ':8444')),
    ),
  ),
  refused('the signed public host as Host', 'authority', COVERED, hosted('public.example')),
  refused(
    'another host that was signed',
    'authority',
    'set the authorities: another origin may share the keys',
    (desk) => desk.sign({ authority: 'other.example' }),
  ),
  either(
    'the default port written out',
    undefined,
    'RFC 9421 section 2.2.3',
    hosted(({ authority, scheme }) =>
      /:[0-9]+$/.test(authority) ? authority : `${authority}:${DEFAULT_PORT[scheme]}`,
    ),
  ),
  refused(
    'a host with a dot at its end',
    'authority',
    'another name in the DNS, the same to some servers',
    hosted(({ authority }) => authority.replace(/(:[0-9]+)?$/, '.$1')),
  ),
  refused(
    'a host with something before it',
    'authority',
    COVERED,
    hosted(({ authority }) => `x.${authority}`),
  ),
  refused(
    'a host with user information',
    'authority',
    FORM,
    hosted(({ authority }) => `evil@${authority}`),
  ),
  refused(
    'a host with a path',
    'authority',
    FORM,
    hosted(({ authority }) => `${authority}/evil`),
  ),
  refused(
    'a host with a space',
    'authority',
    FORM,
    hosted(({ authority }) => `${authority} evil.example`),
  ),
  refused(
    'a list of hosts',
    'authority',
    ONE,
    hosted(({ authority }) => `${authority}, evil.example`),
  ),
  refused(
    'a host with bytes outside ASCII',
    'authority',
    FORM,
    hosted(({ authority }) => `${authority}\u00e9`),
  ),
  refused('an empty host', 'host', ONE, hosted('')),
  refused('no host', 'host', ONE, (desk) => setField(desk.sign(), 'Host', undefined)),
  refused('two hosts, the second evil', 'host', ONE, (desk) =>
    addFields(desk.sign(), 'Host', 'evil.example'),
  ),
  refused('two hosts, the first evil', 'host', ONE, (desk) => addFirst(desk.sign(), 'Host', 'evil.example')),
  either('the same host twice', 'host', ONE, (desk) => addFields(desk.sign(), 'Host', desk.authority)),
]
