/** Signature parameters other than the profile's. Signed with the right key unless the name says changed. */
import type { Attempt } from '../attempt.ts'
import { type BatteryCase, casesOf } from '../battery-case.ts'
import { editField, setField } from '../edit-attempt.ts'
import { type Desk, INPUT } from '../signing-desk.ts'

const { refused } = casesOf('parameters')

const FIXED = 'one list of parameters in one order: what is matched whole cannot be read two ways'
const COVERED = 'RFC 9421 section 2.3: the parameters are covered'

type Parameters = Readonly<Record<string, string | undefined>>

function signed(edit: (parameters: Parameters, desk: Desk) => Parameters): (desk: Desk) => Attempt {
  return (desk) => desk.sign({}, (draft) => ({ ...draft, parameters: edit(draft.parameters, desk) }))
}

const form = (
  name: string,
  why: string,
  edit: (parameters: Parameters, desk: Desk) => Parameters,
): BatteryCase => refused(name, 'signature-input-form', why, signed(edit))

const without = (name: string): BatteryCase =>
  form(`no ${name}`, FIXED, (parameters) => ({ ...parameters, [name]: undefined }))

const CHANGED: readonly BatteryCase[] = [
  refused('changed created', 'mac', COVERED, (desk) =>
    editField(desk.sign(), INPUT, /created=[0-9]+/, `created=${desk.now - 1}`),
  ),
  refused('changed expires', 'mac', COVERED, (desk) =>
    editField(desk.sign(), INPUT, /expires=[0-9]+/, `expires=${desk.now + 31}`),
  ),
  refused('changed nonce', 'mac', COVERED, (desk) =>
    editField(desk.sign(), INPUT, /nonce="[^"]+"/, 'nonce="AAECAwQFBgcICQoLDA0ODw"'),
  ),
  refused('changed tag', 'signature-input-form', COVERED, (desk) =>
    editField(desk.sign(), INPUT, 'sallyport-1', 'sallyport-2'),
  ),
]

export const PARAMETERS: readonly BatteryCase[] = [
  ...['created', 'expires', 'nonce', 'keyid', 'tag'].map(without),
  form('an alg parameter', 'RFC 9421 section 7.3.6: the key decides, not the message', (p) => ({
    ...p,
    alg: '"hmac-sha256"',
  })),
  form('alg none', 'RFC 9421 section 7.3.6', (p) => ({ ...p, alg: '"none"' })),
  form('an unknown parameter', FIXED, (p) => ({ ...p, x: '1' })),
  form('parameters in another order', FIXED, ({ created, expires, ...rest }) => ({
    expires,
    created,
    ...rest,
  })),
  form('another tag', 'RFC 9421 section 7.2.7: a signature for another purpose', (p) => ({
    ...p,
    tag: '"sallyport-2"',
  })),
  form('a tag in upper case', FIXED, (p) => ({ ...p, tag: '"Sallyport-1"' })),
  form('a tag with more after it', FIXED, (p) => ({ ...p, tag: '"sallyport-1x"' })),
  form('a short nonce', 'nonces that are short repeat', (p) => ({ ...p, nonce: '"AAAA"' })),
  form('an empty nonce', 'nonces that are short repeat', (p) => ({ ...p, nonce: '""' })),
  form('a long nonce', 'replay memories hold nonces of one length', (p) => ({
    ...p,
    nonce: `"${'A'.repeat(44)}"`,
  })),
  form(
    'a second spelling of a nonce',
    'the last character’s unused bits make sixteen nonces of one',
    (p) => ({
      ...p,
      nonce: p.nonce?.replace(/."$/, 'B"'),
    }),
  ),
  form('a nonce with a sign of base64', FIXED, (p) => ({ ...p, nonce: p.nonce?.replace(/^"./, '"+') })),
  form('created in quotes', FIXED, (p) => ({ ...p, created: `"${p.created}"` })),
  form('created with a fraction', FIXED, (p) => ({ ...p, created: `${p.created}.5` })),
  form('created with a zero before it', FIXED, (p) => ({ ...p, created: `0${p.created}` })),
  form('created with a sign', FIXED, (p) => ({ ...p, created: `-${p.created}` })),
  form('created in milliseconds', FIXED, (p) => ({ ...p, created: `${p.created}000` })),
  form('created as a date', FIXED, (p) => ({ ...p, created: `@${p.created}` })),
  form('a keyid of a thousand characters', 'bounds hold before the signature', (p) => ({
    ...p,
    keyid: `"${'k'.repeat(1000)}"`,
  })),
  refused('a space before a parameter', 'signature-input-form', FIXED, (desk) =>
    editField(desk.sign(), INPUT, ';nonce', '; nonce'),
  ),
  refused('a parameter after the tag', 'signature-input-form', FIXED, (desk) =>
    editField(desk.sign(), INPUT, /$/, ';x'),
  ),
  refused('an endless list of components', 'signature-input-form', 'RFC 9421 section 7.5.2', (desk) =>
    setField(desk.sign(), INPUT, `sallyport=(${'"@method" '.repeat(300)})`),
  ),
  ...CHANGED,
]
