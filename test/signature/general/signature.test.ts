import { describe, expect, test } from 'vitest'
import type { RequestMessage, ResponseMessage } from '../../../src/signature/general/message.ts'
import {
  createSigner,
  createVerifier,
  type SignerOptions,
  type VerificationPolicy,
} from '../../../src/signature/general/signature.ts'
import type { VerifyingKey } from '../../../src/signature/general/verify-signature.ts'
import {
  addSignature,
  COMPONENTS,
  NOW,
  POLICY,
  REQUEST,
  SIGNING,
  signRequest,
  VERIFYING,
} from './message-fixtures.ts'

const signed = await signRequest()
const SIGNED = addSignature(REQUEST, signed)

const findKey = (keyid: string | undefined): VerifyingKey | undefined =>
  keyid === 'k1' ? VERIFYING : undefined

/** `ok`, or the failure and the component it is about. */
async function verify(
  message: RequestMessage | ResponseMessage,
  policy: Partial<VerificationPolicy> = {},
  now: number = NOW,
  find: (keyid: string | undefined) => VerifyingKey | undefined | Promise<VerifyingKey | undefined> = findKey,
): Promise<string> {
  const result = await createVerifier({ policy: { ...POLICY, ...policy }, findKey: find }).verify(
    message,
    now,
  )
  return result.ok ? 'ok' : [result.failure, result.component].filter(Boolean).join(' ')
}

/** The signed request with other signature fields. */
const withInput = (signatureInput: string, signature: string = signed.signature): RequestMessage =>
  addSignature(REQUEST, { signatureInput, signature })

describe('a signature', () => {
  test('is written in one fixed order of parameters', () => {
    expect(signed.signatureInput).toBe(
      `sig1=("@method" "@authority" "@path" "@query-param";name="id" "content-type");created=${NOW};expires=${NOW + 60};nonce="abc";keyid="k1";tag="orders"`,
    )
  })

  test('that is right says what it covers and who signed', async () => {
    const verifier = createVerifier({ policy: POLICY, findKey })
    expect(await verifier.verify(SIGNED, NOW)).toMatchObject({
      ok: true,
      label: 'sig1',
      key: VERIFYING,
      components: ['"@method"', '"@authority"', '"@path"', '"@query-param";name="id"', '"content-type"'],
      parameters: { created: NOW, expires: NOW + 60, nonce: 'abc', keyid: 'k1', tag: 'orders' },
    })
  })

  test.each<readonly [string, Partial<RequestMessage>]>([
    ['method', { method: 'PUT' }],
    ['path', { target: '/Orders?id=7' }],
    ['query parameter', { target: '/orders?id=8' }],
    ['authority', { fields: SIGNED.fields.with(1, 'other.example') }],
    ['field', { fields: SIGNED.fields.with(3, 'text/plain') }],
  ])('is wrong for another %s', async (_what, other) => {
    expect(await verify({ ...SIGNED, ...other })).toBe('mismatch')
  })

  test('covers nothing else', async () => {
    const fields = ['X-New', 'a', ...SIGNED.fields]
    expect(await verify({ ...SIGNED, target: '/orders?more=1&id=7', fields })).toBe('ok')
  })

  test('may be spelled with more white space, and on several lines', async () => {
    const input = signed.signatureInput.replaceAll(' ', '   ').replaceAll(';', '; ')
    expect(await verify(withInput(`  other=("@method");created=1 ,\t${input}  `))).toBe('ok')
    const fields = [...SIGNED.fields, 'signature-input', 'b=()', 'SIGNATURE', 'b=:YQ==:']
    expect(await verify({ ...SIGNED, fields })).toBe('ok')
  })

  test('of a response is bound to its request', async () => {
    const response: ResponseMessage = { kind: 'response', status: 200, fields: [], request: REQUEST }
    const components = ['@status', '@method;req', '@path;req', '@query-param;name="id";req']
    const signer = createSigner({ key: SIGNING, label: 'sig1', components })
    const lines = await signer.sign(response, { created: NOW })
    if (!lines.ok) throw new Error(lines.failure)
    const fields = ['Signature-Input', lines.signatureInput, 'Signature', lines.signature]
    const policy = { components, parameters: [] }
    expect(await verify({ ...response, fields }, policy)).toBe('ok')
    const other = { ...REQUEST, target: '/orders?id=8' }
    expect(await verify({ ...response, fields, request: other }, policy)).toBe('mismatch')
    expect(await verify({ kind: 'response', status: 200, fields }, policy)).toBe(
      'component-misplaced "@method";req',
    )
  })

  test('can cover another signature of the same message', async () => {
    const options = { key: SIGNING, label: 'proxy', components: ['signature;key="sig1"', '@authority'] }
    const lines = await createSigner(options).sign(SIGNED, { created: NOW })
    if (!lines.ok) throw new Error(lines.failure)
    const both = addSignature(SIGNED, lines)
    expect(await verify(both)).toBe('ok')
    const policy = { select: { label: 'proxy' }, components: ['signature;key="sig1"'], parameters: [] }
    expect(await verify(both, policy)).toBe('ok')
    const swapped = both.fields.map((value) => value.replace('sig1=:', 'sig1=:AAAA'))
    expect(await verify({ ...both, fields: swapped }, policy)).toBe('mismatch')
  })
})

describe('a policy', () => {
  test.each<readonly [string, Partial<VerificationPolicy>, string]>([
    ['another label', { select: { label: 'sig2' } }, 'not-found'],
    ['its tag', { select: { tag: 'orders' } }, 'ok'],
    ['another tag', { select: { tag: 'other' } }, 'not-found'],
    ['its label with another tag', { select: { label: 'sig1', tag: 'other' } }, 'not-found'],
    ['both', { select: { label: 'sig1', tag: 'orders' } }, 'ok'],
    ['a component that is not covered', { components: ['date'] }, 'not-covered "date"'],
    [
      'a component with other parameters',
      { components: ['@query-param;name="x"'] },
      'not-covered "@query-param";name="x"',
    ],
    ['the same of a request', { components: ['@method;req'] }, 'not-covered "@method";req'],
    ['a parameter that is not there', { parameters: ['alg'] }, 'parameter-missing'],
    [
      'all of them',
      { components: COMPONENTS, parameters: ['created', 'expires', 'nonce', 'keyid', 'tag'] },
      'ok',
    ],
    ['shorter fields', { maxLength: 200 }, 'signature-length'],
  ])('that asks for %s', async (_what, policy, said) => {
    expect(await verify(SIGNED, policy)).toBe(said)
  })

  test.each([
    [-6, 'created'],
    [-5, 'ok'],
    [65, 'ok'],
    [66, 'expired'],
    [Number.NaN, 'created'],
    [Number.POSITIVE_INFINITY, 'too-old'],
    [Number.NEGATIVE_INFINITY, 'created'],
  ])('asked %d s after the signature says %s', async (seconds, said) => {
    expect(await verify(SIGNED, {}, NOW + seconds)).toBe(said)
  })

  test('bounds the age of what does not expire', async () => {
    const lines = await createSigner({ key: SIGNING, label: 'sig1', components: ['@path'] }).sign(REQUEST, {
      created: NOW,
    })
    if (!lines.ok) throw new Error(lines.failure)
    const message = addSignature(REQUEST, lines)
    const policy = { components: [], parameters: [] }
    expect(await verify(message, policy, NOW + 305)).toBe('ok')
    expect(await verify(message, policy, NOW + 306)).toBe('too-old')
  })

  test.each<readonly [string, Partial<VerificationPolicy>, string]>([
    ['neither label nor tag', { select: {} }, 'select must have'],
    ['a label that none can have', { select: { label: 'Sig' } }, 'label must be'],
    ['a tag that none can have', { select: { tag: 'å' } }, 'tag must be'],
    ['a parameter that is none', { parameters: ['nounce' as 'nonce'] }, '"nounce" is no parameter'],
    ['no age', { maxAge: Number.NaN }, 'maxAge must be'],
    ['endless age', { maxAge: Number.POSITIVE_INFINITY }, 'maxAge must be'],
    ['clocks an hour apart', { skew: 3601 }, 'skew must be'],
    ['no bound', { maxLength: 1e9 }, 'maxLength must be'],
    ['no component', { components: ['Date'] }, '"Date" is no component'],
    ['a component twice', { components: ['date', 'date'] }, 'is there twice'],
  ])('cannot have %s', (_what, policy, message) => {
    expect(() => createVerifier({ policy: { ...POLICY, ...policy }, findKey })).toThrow(message)
  })
})

describe('signature fields', () => {
  const parameters = `;created=${NOW};expires=${NOW + 60};keyid="k1"`
  const covered = '"@method" "@authority" "@path"'
  test.each<readonly [string, readonly string[], string]>([
    ['neither', [], 'unsigned'],
    ['only the input', ['Signature-Input', signed.signatureInput], 'signature-missing'],
    ['only the signature', ['Signature', signed.signature], 'signature-input-missing'],
  ])('of which there is %s', async (_what, fields, said) => {
    expect(await verify({ ...REQUEST, fields: [...REQUEST.fields, ...fields] })).toBe(said)
  })

  test.each<readonly [string, string]>([
    ['', 'not-found'],
    ['sig1', 'signature-input-form'],
    ['sig1="@method"', 'signature-input-form'],
    [`sig1=(${covered}`, 'signature-input-form'],
    [`sig1=(${covered})${parameters}, `, 'signature-input-form'],
    [`${signed.signatureInput}, ${signed.signatureInput}`, 'signature-input-form'],
    [`sig1=(${covered})${parameters};created=${NOW}`, 'signature-input-form'],
    [`sig1=("x-a";sf;sf)${parameters}`, 'signature-input-form'],
    [`${signed.signatureInput}, other=1`, 'signature-input-form'],
    [`sig1=(${covered})${parameters}\u00e9`, 'signature-input-form'],
    [`sig1=(${covered});created="${NOW}";keyid="k1";expires=1`, 'parameter-form'],
    [`sig1=(${covered});created=${NOW}.0;keyid="k1";expires=1`, 'parameter-form'],
    [`sig1=(${covered});created=-1;keyid="k1";expires=1`, 'parameter-form'],
    [`sig1=(${covered});created=${NOW};expires=${NOW};keyid=k1`, 'parameter-form'],
    [`sig1=(${covered});expires=${NOW + 60};keyid="k1"`, 'parameter-missing'],
    [`sig1=(${covered});created=${NOW};keyid="k1"`, 'parameter-missing'],
    [`sig1=(${covered});created=${NOW + 2};expires=${NOW + 1};keyid="k1"`, 'lifetime'],
    [`sig1=(${covered} "Date")${parameters}`, 'component-form'],
    [`sig1=(${covered} date)${parameters}`, 'component-form'],
    [`sig1=(${covered} "@signature-params")${parameters}`, 'component-form'],
    [`sig1=(${covered} "date";bogus)${parameters}`, 'component-form'],
    [`sig1=(${covered} "@path")${parameters}`, 'component-repeated "@path"'],
    [
      `sig1=(${covered} "x-a";key="a";tr "x-a";tr;key="a")${parameters}`,
      'component-repeated "x-a";tr;key="a"',
    ],
    [`sig1=(${covered} "x-missing")${parameters}`, 'component-missing "x-missing"'],
    [`sig1=(${covered} "content-type";sf)${parameters}`, 'component-type "content-type";sf'],
    [`sig1=(${covered} "content-type";key="a")${parameters}`, 'component-value "content-type";key="a"'],
    [`sig1=(${covered} "@status")${parameters}`, 'component-misplaced "@status"'],
    [`sig1=("@method";req "@authority" "@path")${parameters}`, 'not-covered "@method"'],
    [`sig1=()${parameters}`, 'not-covered "@method"'],
    [`sig1=(${covered})${parameters.replace('k1', 'k2')}`, 'keyid'],
    [`sig1=(${covered});created=${NOW};expires=${NOW + 60};keyid="k1";alg="ed25519"`, 'algorithm'],
    [`sig1=(${covered});created=${NOW};expires=${NOW + 60};keyid="k1";alg="none"`, 'algorithm'],
    [`sig1=(${covered})${parameters};alg="hmac-sha256"`, 'mismatch'],
    [`sig1=(${covered})${parameters};unknown=(1)`, 'signature-input-form'],
    [`sig1=(${covered})${parameters};unknown="x"`, 'mismatch'],
  ])('with the input %s', async (input, said) => {
    expect(await verify(withInput(input))).toBe(said)
  })

  const code = signed.signature.slice('sig1=:'.length, -1)
  test.each<readonly [string, string]>([
    ['', 'signature-missing'],
    ['other=:YQ==:', 'signature-missing'],
    ['sig1', 'signature-form'],
    ['sig1="a"', 'signature-form'],
    ['sig1=(:YQ==:)', 'signature-form'],
    [`sig1=:${code}`, 'signature-form'],
    [`sig1=:${code.slice(0, -1)}:`, 'signature-form'],
    [`sig1=:${code.slice(0, -2)}${String.fromCharCode(code.charCodeAt(42) + 1)}=:`, 'signature-form'],
    [`sig1=:${code}:, sig1=:${code}:`, 'signature-form'],
    ['sig1=::', 'mismatch'],
    ['sig1=:YQ==:', 'mismatch'],
    [`sig1=:${'A'.repeat(43)}=:`, 'mismatch'],
    [`sig1=:${code}:;note=1`, 'ok'],
  ])('with the signature %s', async (signature, said) => {
    expect(await verify(withInput(signed.signatureInput, signature))).toBe(said)
  })

  const many = (count: number, make: (i: number) => string): string[] =>
    Array.from({ length: count }, (_, i) => make(i))

  test('have sixteen labels at most', async () => {
    const labels = (count: number) => many(count, (i) => `l${i}=()`).join(', ')
    expect(await verify(withInput(`${signed.signatureInput}, ${labels(15)}`))).toBe('ok')
    expect(await verify(withInput(`${signed.signatureInput}, ${labels(16)}`))).toBe('signature-input-form')
  })

  test('cover sixty-four components at most', async () => {
    const input = (count: number) =>
      `sig1=(${covered} ${many(count, (i) => `"x-${i}"`).join(' ')})${parameters}`
    expect(await verify(withInput(input(61)))).toBe('component-missing "x-0"')
    expect(await verify(withInput(input(62)))).toBe('signature-input-form')
  })

  test('with several of one tag are ambiguous, as nobody can say which one is meant', async () => {
    const both = withInput(`a=();tag="orders", ${signed.signatureInput}`)
    expect(await verify(both, { select: { tag: 'orders' } })).toBe('ambiguous')
    expect(await verify(both, { select: { label: 'sig1', tag: 'orders' } })).toBe('ok')
  })
})

describe('a key', () => {
  test.each<readonly [string, () => VerifyingKey | undefined | Promise<VerifyingKey | undefined>, string]>([
    ['found later', async () => VERIFYING, 'ok'],
    ['unknown', () => undefined, 'keyid'],
    ['whose look-up throws', () => expect.fail('down'), 'key-lookup'],
    ['whose look-up rejects', () => Promise.reject(new Error('down')), 'key-lookup'],
    [
      'whose check throws',
      () => ({ alg: 'hmac-sha256', verify: () => expect.fail('broken') }),
      'cryptography',
    ],
    ['of another algorithm', () => ({ alg: 'ed25519', verify: () => true }), 'mismatch'],
  ])('%s', async (_what, find, said) => {
    expect(await verify(SIGNED, {}, NOW, find)).toBe(said)
  })
})

describe('a signer', () => {
  test.each<readonly [string, Partial<SignerOptions>, string]>([
    ['a label that is none', { label: '1' }, 'label must be'],
    ['an empty tag', { tag: '' }, 'tag must be'],
    ['a keyid with a line feed', { key: { ...SIGNING, keyid: 'a\nb' } }, 'keyid must be'],
    ['no life', { ttl: 0 }, 'ttl must be'],
    ['a component that is none', { components: ['@nothing'] }, 'is no component'],
    ['a component twice', { components: ['date', 'date'] }, 'is there twice'],
    ['its own signature', { components: ['signature'] }, 'would not stay as it is'],
    ['its own input', { components: ['signature-input;bs'] }, 'would not stay as it is'],
  ])('cannot have %s', (_what, options, message) => {
    const whole = { key: SIGNING, label: 'a', components: [], ...options }
    expect(() => createSigner(whole)).toThrow(message)
  })

  test('says which component the message has not', async () => {
    const signer = createSigner({ key: SIGNING, label: 'a', components: ['@path', 'date'] })
    const failed = { ok: false, failure: 'component-missing', component: '"date"' }
    expect(await signer.sign(REQUEST, { created: NOW })).toEqual(failed)
  })

  test('does not use a label that is taken, or add to fields that cannot be read', async () => {
    const signer = createSigner({ key: SIGNING, label: 'sig1', components: [] })
    const taken = { ok: false, failure: 'label-taken' }
    expect(await signer.sign(SIGNED, { created: NOW })).toEqual(taken)
    const broken = { ...REQUEST, fields: ['signature', '"'] }
    expect(await signer.sign(broken, { created: NOW })).toEqual(taken)
    const others = { ...REQUEST, fields: ['signature', 'sig2=:YQ==:'] }
    expect(await signer.sign(others, { created: NOW })).toMatchObject({ ok: true })
  })

  test('writes the algorithm when asked, and escapes what needs it', async () => {
    const key = { ...SIGNING, keyid: 'a"b\\c' }
    const signer = createSigner({ key, label: 'sig1', components: ['@path'], writeAlg: true })
    const lines = await signer.sign(REQUEST, { created: NOW })
    if (!lines.ok) throw new Error(lines.failure)
    expect(lines.signatureInput).toBe(`sig1=("@path");created=${NOW};alg="hmac-sha256";keyid="a\\"b\\\\c"`)
    const find = (keyid: string | undefined) => (keyid === 'a"b\\c' ? VERIFYING : undefined)
    const policy = { components: [], parameters: ['alg'] } as const
    expect(await verify(addSignature(REQUEST, lines), policy, NOW, find)).toBe('ok')
  })

  test('refuses what its key gave when that cannot be right, such as DER', async () => {
    const key = { alg: 'ecdsa-p256-sha256', sign: () => new Uint8Array(71) } as const
    const signer = createSigner({ key, label: 'sig1', components: [] })
    await expect(signer.sign(REQUEST, { created: NOW })).rejects.toThrow('r and s, not DER')
  })

  test.each([
    [{ created: 1.5 }, 'created must be'],
    [{ created: -1 }, 'created must be'],
    [{ created: NOW, nonce: '' }, 'nonce must be'],
    [{ created: NOW, nonce: 'a\r\nb' }, 'nonce must be'],
  ])('refuses the freshness %j', async (freshness, message) => {
    const signer = createSigner({ key: SIGNING, label: 'sig1', components: [] })
    await expect(signer.sign(REQUEST, freshness)).rejects.toThrow(message)
  })
})
