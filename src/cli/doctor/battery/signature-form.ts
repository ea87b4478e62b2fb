/** The signature itself: one label, canonical base64, the right bytes. */
import { type BatteryCase, casesOf } from '../battery-case.ts'
import { addFields, addFirst, editField, editSignature, getField, setField } from '../edit-attempt.ts'
import { INPUT, SIGNATURE } from '../signing-desk.ts'

const { refused } = casesOf('signature')

const BYTES = 'RFC 9421 section 3.2: the bytes have to be right'
const CANONICAL = 'lenient decoders take several spellings of one signature: replay caches keyed by it fail'
const ONE = 'one field, one label: what is checked must be what is read'
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** The last digit before the padding carries bits that are dropped when it is decoded: another one means the same. */
function respell(base64: string): string {
  const at = base64.replace(/=+$/, '').length - 1
  const next = DIGITS.charAt(DIGITS.indexOf(base64.charAt(at)) + 1)
  return base64.slice(0, at) + next + base64.slice(at + 1)
}

const SPELLINGS: readonly BatteryCase[] = [
  refused('a flipped first bit', 'mac', BYTES, (desk) =>
    editSignature(desk.sign(), (text) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1)),
  ),
  refused('a flipped last byte', 'mac', BYTES, (desk) =>
    editSignature(desk.sign(), (text) =>
      text.replace(/(.)(.=+)$/, (_, one, end) => (one === 'A' ? 'B' : 'A') + end),
    ),
  ),
  refused('zero bytes', 'mac', BYTES, (desk) =>
    editSignature(desk.sign(), (text) => text.replace(/[^=]/g, 'A')),
  ),
  refused('the signature of another request', 'mac', BYTES, (desk) =>
    setField(desk.sign(), SIGNATURE, getField(desk.sign({ path: '/x' }), SIGNATURE)),
  ),
  refused('a second spelling of the same bytes', 'signature-form', CANONICAL, (desk) =>
    editSignature(desk.sign(), respell),
  ),
  refused('base64 without padding', 'signature-form', CANONICAL, (desk) =>
    editSignature(desk.sign(), (text) => text.replace(/=+$/, '')),
  ),
  refused('base64 with more padding', 'signature-form', CANONICAL, (desk) =>
    editSignature(desk.sign(), (text) => `${text}=`),
  ),
  refused('base64 with a space', 'signature-form', CANONICAL, (desk) =>
    editSignature(desk.sign(), (text) => `${text.slice(0, 8)} ${text.slice(8)}`),
  ),
  refused('base64 with a stray sign at its end', 'signature-form', CANONICAL, (desk) =>
    editSignature(desk.sign(), (text) => `${text}!`),
  ),
  refused('a byte more', 'signature-form', BYTES, (desk) =>
    editSignature(desk.sign(), (text) => `AAAA${text}`),
  ),
  refused('a truncated signature', 'signature-form', 'RFC 2104 section 5: no short codes', (desk) =>
    editSignature(desk.sign(), (text) => text.slice(0, 20)),
  ),
  refused('an empty signature', 'signature-form', BYTES, (desk) => editSignature(desk.sign(), () => '')),
]

const FIELDS: readonly BatteryCase[] = [
  refused('no Signature', 'signature-missing', ONE, (desk) => setField(desk.sign(), SIGNATURE, undefined)),
  refused('no Signature-Input', 'signature-input-missing', ONE, (desk) =>
    setField(desk.sign(), INPUT, undefined),
  ),
  refused('an empty Signature', 'signature-form', ONE, (desk) => setField(desk.sign(), SIGNATURE, '')),
  refused('an empty Signature-Input', 'signature-input-form', ONE, (desk) =>
    setField(desk.sign(), INPUT, ''),
  ),
  refused('Signature twice', 'signature-repeated', ONE, (desk) => {
    const intact = desk.sign()
    return addFields(intact, SIGNATURE, getField(intact, SIGNATURE))
  }),
  refused('a second Signature before', 'signature-repeated', ONE, (desk) =>
    addFirst(desk.sign(), SIGNATURE, 'x=:AAAA:'),
  ),
  refused('a second Signature-Input after', 'signature-input-repeated', ONE, (desk) =>
    addFields(desk.sign(), INPUT, 'x=()'),
  ),
  refused('a second Signature-Input before', 'signature-input-repeated', ONE, (desk) =>
    addFirst(desk.sign(), INPUT, 'x=()'),
  ),
  refused('a second label in Signature-Input', 'signature-input-form', ONE, (desk) =>
    editField(desk.sign(), INPUT, /$/, ', x=("@method")'),
  ),
  refused('a label before ours in Signature-Input', 'signature-input-form', ONE, (desk) =>
    editField(desk.sign(), INPUT, /^/, 'x=("@method"), '),
  ),
  refused('a second label in Signature', 'signature-form', ONE, (desk) =>
    editField(desk.sign(), SIGNATURE, /$/, ', x=:AAAA:'),
  ),
  refused(
    'our label twice in Signature',
    'signature-form',
    'RFC 9651 section 4.2.2: the last one counts',
    (desk) => editField(desk.sign(), SIGNATURE, /^/, 'sallyport=:AAAA:, '),
  ),
  refused('a parameter after the signature', 'signature-form', ONE, (desk) =>
    editField(desk.sign(), SIGNATURE, /$/, ';x=1'),
  ),
  refused('another label', 'signature-input-form', ONE, (desk) =>
    desk.sign({}, (draft) => ({ ...draft, label: 'sig1' })),
  ),
  refused('the label in upper case', 'signature-input-form', ONE, (desk) =>
    desk.sign({}, (draft) => ({ ...draft, label: 'Sallyport' })),
  ),
  refused('a thousand labels', 'signature-input-form', 'RFC 9421 section 7.5.2: work per label', (desk) =>
    editField(desk.sign(), INPUT, /$/, Array.from({ length: 400 }, (_, i) => `, l${i}=()`).join('')),
  ),
]

export const SIGNATURE_FORM: readonly BatteryCase[] = [...SPELLINGS, ...FIELDS]
