/** The battery: what may happen to a signed request on its way, and what the second door must say to it. */
import { createHmac } from 'node:crypto'
import { formatBase } from '../../src/signature/base.ts'
import type { Failure } from '../../src/signature/failure.ts'
import { formatParameters } from '../../src/signature/profile.ts'
import type { Received } from '../../src/signature/verify.ts'
import { MESSAGE, NONCE, receive } from '../signature/fixtures.ts'
import { ED25519_KEY, HMAC_KEY } from '../signature/keys-fixture.ts'
import { addField, getField, sendFromEdge, setField } from './edge.ts'

export interface Mutation {
  readonly name: string
  readonly expect: 'pass' | Failure
  /** Statuses a server may answer when Node's own parser refuses first. */
  readonly wire?: readonly number[]
  readonly mutate: (intact: Received, now: number) => Received | Promise<Received>
}

const CLIENT = 'Sallyport-Client'
const VERDICT = 'Sallyport-Verdict'
const ID = 'Sallyport-Request-Id'
const EVIL = 'ip="192.0.2.66", host="shop.example", scheme=https'

function editInput(received: Received, from: string | RegExp, to: string): Received {
  const before = getField(received, 'Signature-Input')
  const after = before.replace(from, to)
  if (after === before) throw new Error(`the mutation ${String(from)} changes nothing`)
  return setField(received, 'Signature-Input', after)
}

function editSignature(received: Received, edit: (base64: string) => string): Received {
  const base64 = getField(received, 'Signature').slice('sallyport=:'.length, -1)
  return setField(received, 'Signature', `sallyport=:${edit(base64)}:`)
}

const withTarget =
  (target: string) =>
  (received: Received): Received => ({ ...received, target })
const withField =
  (name: string, value: string | undefined) =>
  (received: Received): Received =>
    setField(received, name, value)
const withExtra =
  (name: string, value: string) =>
  (received: Received): Received =>
    addField(received, name, value)

/** Signed with the right key, but with times the signer would refuse. */
function signTimes(created: number, expires: number, keyid = HMAC_KEY.kid): Received {
  const parameters = formatParameters(created, expires, NONCE, keyid, false)
  const secret = Buffer.from(HMAC_KEY.kty === 'oct' ? HMAC_KEY.k : '', 'base64url')
  const code = createHmac('sha256', secret).update(formatBase(MESSAGE, parameters)).digest('base64')
  return receive(MESSAGE, { signatureInput: `sallyport=${parameters}`, signature: `sallyport=:${code}:` })
}

function mapFields(received: Received, edit: (name: string, value: string) => [string, string]): Received {
  const fields: string[] = []
  for (let i = 0; i < received.fields.length; i += 2)
    fields.push(...edit(received.fields[i] ?? '', received.fields[i + 1] ?? ''))
  return { ...received, fields }
}

const HARMLESS: readonly Mutation[] = [
  { name: 'intact', expect: 'pass', mutate: (r) => r },
  { name: 'spaces around values', expect: 'pass', mutate: (r) => mapFields(r, (n, v) => [n, `  ${v} `]) },
  { name: 'tabs around values', expect: 'pass', mutate: (r) => mapFields(r, (n, v) => [n, `\t${v}\t`]) },
  {
    name: 'fields in another order',
    expect: 'pass',
    mutate: (r) => {
      const pairs = Array.from({ length: r.fields.length / 2 }, (_, i) => r.fields.slice(i * 2, i * 2 + 2))
      return { ...r, fields: pairs.reverse().flat() }
    },
  },
  {
    name: 'names in another case',
    expect: 'pass',
    mutate: (r) => mapFields(r, (n, v) => [n.toUpperCase(), v]),
  },
  { name: 'host in another case', expect: 'pass', mutate: withField('Host', 'ORIGIN.example') },
  { name: 'an uncovered extra field', expect: 'pass', mutate: withExtra('X-Extra', 'yes') },
  {
    name: 'an uncovered digest of the client',
    expect: 'pass',
    mutate: withExtra('Content-Digest', 'sha-256=:eA==:'),
  },
  {
    name: 'fields named like object members',
    expect: 'pass',
    mutate: (r) => addField(addField(r, 'constructor', 'a'), 'toString', 'b'),
  },
]

const LINE: readonly Mutation[] = [
  { name: 'another method', expect: 'mac', mutate: (r) => ({ ...r, method: 'DELETE' }) },
  { name: 'another path', expect: 'mac', mutate: withTarget('/a/c?c=d&e') },
  { name: 'the path in another case', expect: 'mac', mutate: withTarget('/A/b?c=d&e') },
  { name: 'the path with a dot segment', expect: 'mac', mutate: withTarget('/a/./b?c=d&e') },
  { name: 'the path with an escape', expect: 'mac', mutate: withTarget('/%61/b?c=d&e') },
  { name: 'the path with a trailing slash', expect: 'mac', mutate: withTarget('/a/b/?c=d&e') },
  { name: 'the path with a doubled slash', expect: 'mac', mutate: withTarget('//a/b?c=d&e') },
  { name: 'another query', expect: 'mac', mutate: withTarget('/a/b?c=d&f') },
  { name: 'no query', expect: 'mac', mutate: withTarget('/a/b') },
  { name: 'a longer query', expect: 'mac', mutate: withTarget('/a/b?c=d&e&admin=1') },
  { name: 'a fragment', expect: 'target', wire: [400, 403], mutate: withTarget('/a/b?c=d&e#f') },
  { name: 'absolute form', expect: 'target', mutate: withTarget('http://origin.example/a/b?c=d&e') },
  {
    name: 'absolute form, other host',
    expect: 'target',
    mutate: withTarget('http://evil.example/a/b?c=d&e'),
  },
  {
    name: 'asterisk form',
    expect: 'target',
    wire: [400, 403],
    mutate: (r) => ({ ...r, method: 'OPTIONS', target: '*' }),
  },
  { name: 'another host', expect: 'authority', mutate: withField('Host', 'other.example') },
  { name: 'another port', expect: 'authority', mutate: withField('Host', 'origin.example:8443') },
  { name: 'no host', expect: 'host', wire: [400], mutate: withField('Host', undefined) },
  {
    name: 'two hosts, the second evil',
    expect: 'host',
    wire: [400, 403],
    mutate: withExtra('Host', 'evil.example'),
  },
  {
    name: 'two hosts, the first evil',
    expect: 'host',
    wire: [400, 403],
    mutate: (r) => ({ ...r, fields: ['Host', 'evil.example', ...r.fields] }),
  },
]

const FIELDS: readonly Mutation[] = [
  { name: 'another client', expect: 'mac', mutate: withField(CLIENT, EVIL) },
  { name: 'no client', expect: 'field-missing', mutate: withField(CLIENT, undefined) },
  { name: 'a second client after', expect: 'field-repeated', mutate: withExtra(CLIENT, EVIL) },
  {
    name: 'a second client before',
    expect: 'field-repeated',
    mutate: (r) => ({ ...r, fields: [CLIENT, EVIL, ...r.fields] }),
  },
  {
    name: 'the same client twice',
    expect: 'field-repeated',
    mutate: (r) => addField(r, CLIENT, getField(r, CLIENT)),
  },
  {
    name: 'a client with raw bytes',
    expect: 'field-value',
    mutate: (r) => setField(r, CLIENT, `${getField(r, CLIENT)}\u00e9`),
  },
  {
    name: 'a client with an inner tab',
    expect: 'field-value',
    mutate: (r) => setField(r, CLIENT, getField(r, CLIENT).replace(' ', '\t')),
  },
  {
    name: 'another verdict',
    expect: 'mac',
    mutate: withField(VERDICT, 'action=pass, policy="0", route="admin"'),
  },
  { name: 'no verdict', expect: 'field-missing', mutate: withField(VERDICT, undefined) },
  {
    name: 'a second verdict',
    expect: 'field-repeated',
    mutate: withExtra(VERDICT, 'action=pass, policy="0", route="admin"'),
  },
  { name: 'another request id', expect: 'mac', mutate: withField(ID, 'aaaaaaaa-0000') },
  { name: 'no request id', expect: 'field-missing', mutate: withField(ID, undefined) },
  { name: 'an underscore twin', expect: 'field-twin', mutate: withExtra('Sallyport_Client', EVIL) },
  {
    name: 'a half underscore twin',
    expect: 'field-twin',
    mutate: withExtra('sallyport-request_id', 'aaaaaaaa'),
  },
  { name: 'a dotted twin', expect: 'field-twin', mutate: withExtra('Sallyport.Client', EVIL) },
  {
    name: 'an underscore twin of the input',
    expect: 'field-twin',
    mutate: withExtra('Signature_Input', 'x'),
  },
  {
    name: 'an underscore twin of the digest',
    expect: 'field-twin',
    mutate: withExtra('CONTENT_DIGEST', 'x'),
  },
  {
    name: 'an underscore twin of an unknown field of ours',
    expect: 'field-twin',
    mutate: withExtra('sallyport_role', 'admin'),
  },
  {
    name: 'length and transfer coding together',
    expect: 'framing',
    wire: [400],
    mutate: (r) => addField(addField(r, 'Content-Length', '3'), 'Transfer-Encoding', 'chunked'),
  },
  {
    name: 'two lengths',
    expect: 'framing',
    wire: [400],
    mutate: (r) => addField(addField(r, 'Content-Length', '0'), 'Content-Length', '1'),
  },
  {
    name: 'content put behind a signed GET',
    expect: 'framing',
    mutate: (r) => addField(r, 'Content-Length', '3'),
  },
  {
    name: 'content in chunks put behind a signed GET',
    expect: 'framing',
    mutate: (r) => addField(r, 'Transfer-Encoding', 'chunked'),
  },
  {
    name: 'the length of no content',
    expect: 'pass',
    mutate: (r) => addField(r, 'Content-Length', '0'),
  },
  {
    name: 'the client nominated as hop-by-hop',
    expect: 'connection',
    mutate: withExtra('Connection', 'close, Sallyport-Client'),
  },
  {
    name: 'a twin nominated as hop-by-hop',
    expect: 'connection',
    mutate: withExtra('Connection', 'close,\tsallyport_verdict'),
  },
]

const SIGNATURE: readonly Mutation[] = [
  {
    name: 'nothing signed',
    expect: 'unsigned',
    wire: [401],
    mutate: (r) => setField(setField(r, 'Signature', undefined), 'Signature-Input', undefined),
  },
  { name: 'no signature', expect: 'signature-missing', mutate: withField('Signature', undefined) },
  { name: 'no input', expect: 'signature-input-missing', mutate: withField('Signature-Input', undefined) },
  {
    name: 'two signatures',
    expect: 'signature-repeated',
    mutate: (r) => addField(r, 'Signature', getField(r, 'Signature')),
  },
  {
    name: 'two inputs',
    expect: 'signature-input-repeated',
    mutate: (r) => addField(r, 'Signature-Input', 'x=()'),
  },
  {
    name: 'a second label in the input',
    expect: 'signature-input-form',
    mutate: (r) => editInput(r, /$/, ', x=("@method")'),
  },
  {
    name: 'a second label in the signature',
    expect: 'signature-form',
    mutate: (r) => setField(r, 'Signature', `${getField(r, 'Signature')}, x=:AA==:`),
  },
  {
    name: 'a flipped bit',
    expect: 'mac',
    mutate: (r) => editSignature(r, (s) => (s.startsWith('A') ? 'B' : 'A') + s.slice(1)),
  },
  {
    name: 'a second spelling of the same bytes',
    expect: 'signature-form',
    mutate: (r) =>
      editSignature(r, (s) => {
        const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
        return `${s.slice(0, 42)}${digits.charAt(digits.indexOf(s.charAt(42)) + 1)}=`
      }),
  },
  {
    name: 'base64 without padding',
    expect: 'signature-form',
    mutate: (r) => editSignature(r, (s) => s.slice(0, -1)),
  },
  {
    name: 'a truncated signature',
    expect: 'signature-form',
    mutate: (r) => editSignature(r, (s) => s.slice(0, 20)),
  },
  { name: 'an empty signature', expect: 'signature-form', mutate: (r) => editSignature(r, () => '') },
  {
    name: 'the signature of another request',
    expect: 'mac',
    mutate: async (r, now) =>
      setField(
        r,
        'Signature',
        getField(await sendFromEdge({ created: now, message: { path: '/x' } }), 'Signature'),
      ),
  },
  {
    name: 'an Ed25519 signature under the name of an HMAC key',
    expect: 'algorithm',
    mutate: async (_, now) => sendFromEdge({ created: now, key: { ...ED25519_KEY, kid: HMAC_KEY.kid } }),
  },
  {
    name: 'an alg parameter',
    expect: 'signature-input-form',
    mutate: (r) => editInput(r, /$/, ';alg="hmac-sha256"'),
  },
  {
    name: 'fewer components',
    expect: 'signature-input-form',
    mutate: (r) => editInput(r, ' "sallyport-client"', ''),
  },
  {
    name: 'components in another order',
    expect: 'signature-input-form',
    mutate: (r) => editInput(r, '"@method" "@authority"', '"@authority" "@method"'),
  },
  {
    name: 'a component with a parameter',
    expect: 'signature-input-form',
    mutate: (r) => editInput(r, '"@method"', '"@method";req'),
  },
  {
    name: 'a claimed digest that is not there',
    expect: 'field-missing',
    mutate: (r) => editInput(r, '-id")', '-id" "content-digest")'),
  },
  {
    name: 'another label',
    expect: 'signature-input-form',
    mutate: (r) => editInput(r, /^sallyport/, 'sig1'),
  },
  {
    name: 'another tag',
    expect: 'signature-input-form',
    mutate: (r) => editInput(r, 'sallyport-1', 'sallyport-0'),
  },
  {
    name: 'parameters in another order',
    expect: 'signature-input-form',
    mutate: (r) => editInput(r, /;(created=\d+);(expires=\d+)/, ';$2;$1'),
  },
  {
    name: 'another created',
    expect: 'mac',
    mutate: (r, now) => editInput(r, /created=\d+/, `created=${now - 1}`),
  },
  {
    name: 'a later expires',
    expect: 'mac',
    mutate: (r, now) => editInput(r, /expires=\d+/, `expires=${now + 59}`),
  },
  { name: 'another nonce', expect: 'mac', mutate: (r) => editInput(r, /nonce="[^"]+"/, `nonce="${NONCE}"`) },
  {
    name: 'a short nonce',
    expect: 'signature-input-form',
    mutate: (r) => editInput(r, /nonce="[^"]+"/, 'nonce="AAAA"'),
  },
  {
    name: 'an unknown keyid',
    expect: 'keyid',
    mutate: (r) => editInput(r, /keyid="[^"]+"/, 'keyid="nobody"'),
  },
  {
    name: 'a known secret under an unknown keyid',
    expect: 'keyid',
    mutate: (_, now) => signTimes(now, now + 30, 'k-unknown'),
  },
  { name: 'an expired signature', expect: 'expires', mutate: (_, now) => signTimes(now - 40, now - 10) },
  {
    name: 'a signature from the future',
    expect: 'created',
    mutate: (_, now) => signTimes(now + 60, now + 90),
  },
  { name: 'too long a life', expect: 'lifetime', mutate: (_, now) => signTimes(now, now + 61) },
  { name: 'no life at all', expect: 'lifetime', mutate: (_, now) => signTimes(now, now) },
  {
    name: 'an endless input',
    expect: 'signature-input-form',
    mutate: (r) => setField(r, 'Signature-Input', `sallyport=(${'"@method" '.repeat(300)})`),
  },
]

export const MUTATIONS: readonly Mutation[] = [...HARMLESS, ...LINE, ...FIELDS, ...SIGNATURE]
