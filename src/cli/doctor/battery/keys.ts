/** Keys and algorithms: only a known key may sign, and only its own way. */
import type { Attempt } from '../attempt.ts'
import { type BatteryCase, casesOf } from '../battery-case.ts'
import { editField } from '../edit-attempt.ts'
import { type Desk, INPUT } from '../signing-desk.ts'

const { refused } = casesOf('keys')

const UNKNOWN = 'an unknown key must not fall back to a known one'
const LOOKUP = 'a lookup by name may find what is no key: a member of an object, a file, an empty secret'

/** Signed by the right secret under another name: never by chance under its own, as for a key called `0`. */
function named(keyid: (own: string) => string): (desk: Desk) => Attempt {
  return (desk) => {
    const name = keyid(desk.keyid)
    const other = name === desk.keyid ? `${name}.` : name
    return desk.sign({}, (draft) => ({
      ...draft,
      parameters: { ...draft.parameters, keyid: `"${other}"` },
    }))
  }
}

const unknown = (title: string, why: string, keyid: (own: string) => string): BatteryCase =>
  refused(title, 'keyid', why, named(keyid))

export const KEYS: readonly BatteryCase[] = [
  unknown('an unknown keyid', UNKNOWN, () => 'nobody'),
  unknown('a keyid with a character more', UNKNOWN, (own) => `${own}x`),
  unknown('a keyid with a character less', UNKNOWN, (own) => own.slice(0, -1)),
  unknown('a keyid with something before it', UNKNOWN, (own) => `x${own}`),
  unknown('the keyid in another case', UNKNOWN, (own) =>
    own === own.toUpperCase() ? own.toLowerCase() : own.toUpperCase(),
  ),
  ...['__proto__', 'constructor', 'toString', '0', '.', '..'].map((keyid) =>
    unknown(`the keyid ${keyid}`, LOOKUP, () => keyid),
  ),
  refused(
    'an empty keyid',
    'signature-input-form',
    LOOKUP,
    named(() => ''),
  ),
  refused(
    'a keyid that is a path',
    'signature-input-form',
    LOOKUP,
    named(() => '../../etc/hostname'),
  ),
  refused(
    'a keyid with a space after it',
    'signature-input-form',
    LOOKUP,
    named((own) => `${own} `),
  ),
  refused(
    'a keyid with an escaped zero byte',
    'signature-input-form',
    LOOKUP,
    named((own) => `${own}%00`),
  ),
  refused(
    'two keyids',
    'signature-input-form',
    UNKNOWN,
    named((own) => `${own}";keyid="nobody`),
  ),
  refused('a keyid changed to an unknown one', 'keyid', UNKNOWN, (desk) =>
    editField(desk.sign(), INPUT, /keyid="[^"]+"/, 'keyid="nobody"'),
  ),
  refused('another secret under a known keyid', 'mac', 'RFC 9421 section 7.3.5', (desk) =>
    desk.sign({}, (draft) => ({ ...draft, secret: 'foreign' })),
  ),
  refused('another algorithm under a known keyid', 'algorithm', 'RFC 9421 section 7.3.6', (desk) =>
    desk.sign({}, (draft) => ({ ...draft, secret: 'other-algorithm' })),
  ),
]
