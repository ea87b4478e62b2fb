/** The request-target: what was signed for one resource must not open another. */

import type { Attempt } from '../attempt.ts'
import { type BatteryCase, casesOf } from '../battery-case.ts'
import { setField } from '../edit-attempt.ts'
import type { Desk } from '../signing-desk.ts'

const { refused, either } = casesOf('target')

const PATH = 'RFC 9421 section 2.2.6: the path is covered, byte by byte'
const QUERY = 'RFC 9421 section 2.2.7: the query is covered, byte by byte'
const NORMALISED = 'a verifier that normalises vouches for a path that the application does not see'
const ABSOLUTE = 'RFC 9112 section 3.2.2: a proxy routes by the host in the target, whatever Host says'

/** Signed for `/doctor/Ab?c=d&e`, sent to another target. */
function moved(target: string): (desk: Desk) => Attempt {
  return (desk) => ({ ...desk.sign({ path: '/doctor/Ab', query: '?c=d&e' }), target })
}

const PATHS: readonly BatteryCase[] = [
  refused('another path', 'mac', PATH, moved('/doctor/Ac?c=d&e')),
  refused('the path in another case', 'mac', PATH, moved('/doctor/ab?c=d&e')),
  refused('a path with a segment more', 'mac', PATH, moved('/doctor/Ab/x?c=d&e')),
  refused('a trailing slash', 'mac', PATH, moved('/doctor/Ab/?c=d&e')),
  refused('a doubled slash', 'mac', NORMALISED, moved('//doctor/Ab?c=d&e')),
  refused('a doubled slash within', 'mac', NORMALISED, moved('/doctor//Ab?c=d&e')),
  refused('a dot segment', 'mac', NORMALISED, moved('/doctor/./Ab?c=d&e')),
  refused('a double dot segment', 'mac', NORMALISED, moved('/x/../doctor/Ab?c=d&e')),
  refused('an escaped double dot segment', 'mac', NORMALISED, moved('/x/%2e%2e/doctor/Ab?c=d&e')),
  refused('a way out by escaped dots', 'mac', 'CVE-2019-9901', moved('/doctor/Ab/..%2f..%2fadmin?c=d&e')),
  refused('an escape that was not there', 'mac', NORMALISED, moved('/doctor/%41b?c=d&e')),
  refused('an escaped slash', 'mac', 'CVE-2021-29492', moved('/doctor%2FAb?c=d&e')),
  refused('a path parameter', 'mac', 'some servers drop ;… from paths', moved('/doctor/Ab;x=1?c=d&e')),
  refused('a backslash for a slash', 'mac', NORMALISED, moved('/doctor\\Ab?c=d&e')),
  refused('an escaped zero byte', 'mac', 'a string in C ends there', moved('/doctor/Ab%00?c=d&e')),
  refused(
    'a line feed in escapes',
    'mac',
    'decoded, it would forge a line of the base',
    moved('/doctor/Ab%0a"@query":?c=d&e'),
  ),
]

const QUERIES: readonly BatteryCase[] = [
  refused('another query', 'mac', QUERY, moved('/doctor/Ab?c=d&f')),
  refused('no query', 'mac', QUERY, moved('/doctor/Ab')),
  refused('an empty query', 'mac', QUERY, moved('/doctor/Ab?')),
  refused('a longer query', 'mac', QUERY, moved('/doctor/Ab?c=d&e&admin=1')),
  refused('a query with the order changed', 'mac', QUERY, moved('/doctor/Ab?e&c=d')),
  refused('a plus for a space', 'mac', QUERY, (desk) => ({
    ...desk.sign({ path: '/doctor/Ab', query: '?c=a%20b' }),
    target: '/doctor/Ab?c=a+b',
  })),
  refused('a query where none was signed', 'mac', QUERY, (desk) => ({
    ...desk.sign({ path: '/doctor/Ab', query: '?' }),
    target: '/doctor/Ab?admin=1',
  })),
  refused('an escaped question mark', 'mac', QUERY, moved('/doctor/Ab%3Fc=d&e')),
  refused(
    'the query as a part of the path',
    'mac',
    'the lines of the base tell path and query apart',
    (desk) => ({
      ...desk.sign({ path: '/doctor/Ab?c=d', query: '?' }),
      target: '/doctor/Ab?c=d',
    }),
  ),
  refused('a fragment', 'target', 'CVE-2021-32779', moved('/doctor/Ab?c=d&e#f')),
  refused('a fragment in the path', 'target', 'CVE-2021-32779', moved('/doctor/Ab#/../../admin?c=d&e')),
]

/** The intact request with its target in another form. */
function reformed(form: (desk: Desk) => string): (desk: Desk) => Attempt {
  return (desk) => ({ ...desk.sign(), target: form(desk) })
}

const FORMS: readonly BatteryCase[] = [
  either(
    'absolute form',
    'target',
    ABSOLUTE,
    reformed(({ scheme, authority, target }) => `${scheme}://${authority}${target}`),
  ),
  refused(
    'absolute form, another host',
    'target',
    ABSOLUTE,
    reformed(({ scheme, target }) => `${scheme}://evil.example${target}`),
  ),
  refused('absolute form, another host in Host', 'target', ABSOLUTE, (desk) =>
    setField(
      reformed(({ scheme, authority, target }) => `${scheme}://${authority}${target}`)(desk),
      'Host',
      'evil.example',
    ),
  ),
  refused(
    'absolute form, user information',
    'target',
    ABSOLUTE,
    reformed(({ scheme, authority, target }) => `${scheme}://${authority}@evil.example${target}`),
  ),
  refused(
    'absolute form, another scheme',
    'target',
    ABSOLUTE,
    reformed(({ target }) => `ftp://evil.example${target}`),
  ),
  refused(
    'absolute form without a path',
    'target',
    ABSOLUTE,
    reformed(({ scheme }) => `${scheme}://evil.example`),
  ),
  refused(
    'a host after two slashes',
    'mac',
    'RFC 3986 section 4.2: a reference of that form names a host',
    reformed(({ target }) => `//evil.example${target}`),
  ),
  either('asterisk form', 'target', 'RFC 9112 section 3.2.4', (desk) => ({
    ...desk.sign({ method: 'OPTIONS' }),
    target: '*',
  })),
  refused(
    'a target without its slash',
    'target',
    'RFC 9112 section 3.2',
    reformed(() => 'doctor/Ab'),
  ),
  refused(
    'a target that is one backslash',
    'target',
    'RFC 9112 section 3.2',
    reformed(() => '\\doctor\\Ab'),
  ),
  refused(
    'no target',
    undefined,
    'RFC 9112 section 3',
    reformed(() => ''),
  ),
  refused('bytes outside ASCII', 'target', 'RFC 9112 section 3.2', moved('/doctor/\u00e9?c=d&e')),
  refused('a control byte', undefined, 'RFC 9112 section 3.2', moved('/doctor/\u0001Ab?c=d&e')),
  refused(
    'a tab',
    undefined,
    'RFC 9112 section 3: a second reading of the request line',
    moved('/doctor/Ab\t?c=d&e'),
  ),
  refused('a space', undefined, 'CVE-2013-4547', moved('/doctor/Ab /x?c=d&e')),
  refused(
    'a target of sixty kilobytes',
    undefined,
    'bounds hold before the signature',
    moved(`/doctor/${'x'.repeat(60_000)}`),
  ),
]

export const TARGET: readonly BatteryCase[] = [...PATHS, ...QUERIES, ...FORMS]
