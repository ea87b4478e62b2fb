/** What may differ without harm: a door that refuses these turns visitors away. */

import type { BatteryCase } from '../battery-case.ts'
import { casesOf } from '../battery-case.ts'
import { addFields, mapFields, setField } from '../edit-attempt.ts'
import { CLIENT_IP } from '../signing-desk.ts'

const { passes } = casesOf('harmless')

const FIELDS = 'RFC 9110 section 5: white space around values, order and case of names mean nothing'
const FACTS = 'every form of facts that the edge writes'
const UNCOVERED = 'what the signature does not cover is the visitor’s own'

const FACT_FORMS: readonly BatteryCase[] = [
  passes('a client with an IPv6 address', FACTS, (desk) =>
    desk.sign({ client: `ip="2001:db8::7", host="${desk.host}", scheme=${desk.scheme}, port=50123` }),
  ),
  passes('a client of which little is known', FACTS, (desk) =>
    desk.sign({ client: `ip="${CLIENT_IP}", host="${desk.host}", scheme=${desk.scheme}` }),
  ),
  passes('a client of which everything is known', FACTS, (desk) =>
    desk.sign({
      client:
        `ip="${CLIENT_IP}", host="${desk.host}", scheme=${desk.scheme}, port=65535, country="T1", asn=4294967295, ` +
        'colo="OSL", tls="TLSv1.3", protocol="HTTP/3"',
    }),
  ),
  passes('a verdict with sixteen logged rules', FACTS, (desk) => {
    const log = Array.from({ length: 16 }, (_, i) => `"access.rule-${i}"`).join(' ')
    return desk.sign({ verdict: `action=pass, policy="0123456789abcdef", route="shop", log=(${log})` })
  }),
  passes('a verdict that says who the bot is', FACTS, (desk) =>
    desk.sign({
      verdict:
        'action=pass, policy="0123456789abcdef", route="shop", log=("bots.score"), ' +
        `bot="verified unsure 35 hints-mobile,protocol-old Yahoo! Slurp/3 (it's +1 & more)"`,
    }),
  ),
  passes('a verdict with an escaped name', FACTS, (desk) =>
    desk.sign({ verdict: 'action=pass, policy="0123456789abcdef", route="caf%C3%A9%22%25 (a; b=c, d)"' }),
  ),
]

export const HARMLESS: readonly BatteryCase[] = [
  passes('intact', 'the control', (desk) => desk.sign()),
  passes('intact, to be closed after', 'RFC 9112 section 9.6', (desk) =>
    addFields(desk.sign(), 'Connection', 'close'),
  ),
  passes('intact, to be kept open', 'RFC 9112 section 9.3', (desk) =>
    addFields(desk.sign(), 'Connection', 'keep-alive'),
  ),
  passes('spaces around values', FIELDS, (desk) =>
    mapFields(desk.sign(), (name, value) => [[name, name === 'Host' ? value : `  ${value} `]]),
  ),
  passes('tabs around values', FIELDS, (desk) =>
    mapFields(desk.sign(), (name, value) => [[name, name === 'Host' ? value : `\t${value}\t`]]),
  ),
  passes('fields in another order', FIELDS, (desk) => {
    const { fields, ...rest } = desk.sign()
    const pairs = Array.from({ length: fields.length / 2 }, (_, i) => fields.slice(2 * i, 2 * i + 2))
    return { ...rest, fields: pairs.reverse().flat() }
  }),
  passes('names in upper case', FIELDS, (desk) =>
    mapFields(desk.sign(), (name, value) => [[name.toUpperCase(), value]]),
  ),
  passes('names in lower case', FIELDS, (desk) =>
    mapFields(desk.sign(), (name, value) => [[name.toLowerCase(), value]]),
  ),
  passes('the host in upper case', 'RFC 9421 section 2.2.3: the host is compared in lower case', (desk) =>
    setField(desk.sign(), 'Host', desk.authority.toUpperCase()),
  ),
  passes('an uncovered field more', UNCOVERED, (desk) => addFields(desk.sign(), 'X-Extra', 'yes')),
  passes('an uncovered field twice', UNCOVERED, (desk) =>
    addFields(desk.sign(), 'X-Extra', 'a', 'X-Extra', 'b'),
  ),
  passes('a digest of the visitor that nothing covers', UNCOVERED, (desk) =>
    addFields(desk.sign(), 'Content-Digest', 'sha-256=:eA==:'),
  ),
  passes('fields named like members of objects', 'no lookup by name may find what was never sent', (desk) =>
    addFields(desk.sign(), 'constructor', 'a', 'toString', 'b', 'hasOwnProperty', 'c'),
  ),
  passes('a cookie of four kilobytes', UNCOVERED, (desk) =>
    addFields(desk.sign(), 'Cookie', `session=${'c'.repeat(4000)}`),
  ),
  passes('fifty fields more', UNCOVERED, (desk) =>
    addFields(desk.sign(), ...Array.from({ length: 50 }, (_, i) => [`X-Extra-${i}`, String(i)]).flat()),
  ),
  passes('the length of no content', 'RFC 9110 section 8.6: zero is no content', (desk) =>
    addFields(desk.sign(), 'Content-Length', '0'),
  ),
  passes('HEAD', 'RFC 9110 section 9.3.2', (desk) => desk.sign({ method: 'HEAD' })),
  passes('a query of two kilobytes', 'what the edge lets through', (desk) =>
    desk.sign({ query: `?q=${'x'.repeat(2000)}` }),
  ),
  passes('a path of four thousand characters', 'what the edge lets through', (desk) =>
    desk.sign({ path: `/${'x'.repeat(4000)}` }),
  ),
  passes('escapes and delimiters in path and query', 'the target goes byte by byte', (desk) =>
    desk.sign({ path: "/caf%C3%A9/a;b=c/~x/[y]/'z'/$&,:@", query: '?q=%C3%A9&r=%7C+%2F&s=a:b/c?d' }),
  ),
  ...FACT_FORMS,
]
