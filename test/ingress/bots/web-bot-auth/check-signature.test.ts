import { describe, expect, test } from 'vitest'
import {
  claimsSignature,
  createSignatureCheck,
  type SignatureFinding,
} from '../../../../src/ingress/bots/web-bot-auth/check-signature.ts'
import { createFacts } from '../../../http/facts.ts'
import {
  CREATED,
  HOST,
  NOW,
  OTHER_HOST,
  openKeys,
  POLICY,
  PUBLISHED,
  type SignedRequest,
  signLines,
  toFacts,
  V1,
  V2,
  withAgent,
  withParameter,
} from './signed-request.ts'

const check = createSignatureCheck(POLICY, openKeys())
const VERIFIED: SignatureFinding = { kind: 'verified', agentHost: HOST }
const failed = (why: string): object => ({ kind: 'failed', agentHost: HOST, why })

const RSA = withParameter({ ...V1, alg: 'rsa-pss-sha512' }, 'keyid', PUBLISHED['rsa-pss-sha512'].keyid)

/** Without the component and without the field. */
const NO_AGENT: SignedRequest = {
  ...V1,
  covered: [['"@authority"', 'app.example']],
  headers: V1.headers.filter(([name]) => name !== 'signature-agent'),
}

describe('a signature is verified', () => {
  const RIGHT: Readonly<Record<string, SignedRequest>> = {
    'with a string as Signature-Agent': V1,
    'with a dictionary': V2,
    'by RSA-PSS': RSA,
    'with the algorithm named': withParameter(V1, 'alg', 'ed25519'),
    'over the target URI': {
      ...V1,
      covered: [
        ['"@target-uri"', 'https://app.example/page?x=1'],
        ['"signature-agent"', `"${HOST}"`],
      ],
    },
    'over more than it must cover': {
      ...V1,
      covered: [...V1.covered, ['"@method"', 'GET'], ['"@path"', '/page'], ['"user-agent"', 'Mozilla/5.0']],
    },
    'without a nonce': withParameter(V1, 'nonce', undefined),
    'with a slash behind the host': withAgent(V1, `"${HOST}/"`),
    'with the host in upper case': withAgent(V1, `"${HOST.toUpperCase()}"`),
    'with a type of directory': withAgent(V2, `sig1="${HOST}";type=directory`, `"${HOST}";type=directory`),
    'with another key of the dictionary than its label': {
      ...withAgent(V2, `agent2="${HOST}"`, `"${HOST}"`),
      covered: [
        ['"@authority"', 'app.example'],
        ['"signature-agent";key="agent2"', `"${HOST}"`],
      ],
    },
    'with agents of others in the dictionary': withAgent(
      V2,
      `proxy="https://proxy.example", sig1="${HOST}"`,
      `"${HOST}"`,
    ),
    'without Signature-Agent, by a key that is held': NO_AGENT,
    'that expires long after it is too old': withParameter(V1, 'expires', 4_889_289_600),
    'that is as old as the policy allows': withParameter(
      withParameter(V1, 'created', CREATED - 290),
      'expires',
      CREATED + 60,
    ),
  }
  test.each(Object.entries(RIGHT))('%s', async (_, request) => {
    expect(await check(toFacts(request), NOW)).toEqual(VERIFIED)
  })

  test('beside a signature of something else', async () => {
    const { input, signature } = signLines(V1)
    const lines = { input: `app=("@method");created=1, ${input}`, signature: `app=:AAAA:, ${signature}` }
    expect(await check(toFacts(V1, lines), NOW)).toEqual(VERIFIED)
  })
})

describe('a signature of a listed host fails', () => {
  const long = (length: number): SignedRequest => withParameter(V1, 'x', 'a'.repeat(length))
  const cover = (...covered: SignedRequest['covered']): SignedRequest => ({ ...V1, covered })
  const AUTHORITY = ['"@authority"', 'app.example'] as const
  const AGENT = ['"signature-agent"', `"${HOST}"`] as const
  const WRONG: readonly (readonly [string, SignedRequest, string])[] = [
    ['that has expired', withParameter(V1, 'expires', CREATED + 4), 'expired'],
    ['of the future', withParameter(V1, 'created', CREATED + 16), 'created'],
    ['too old', withParameter(V1, 'created', CREATED - 296), 'too-old'],
    [
      'too old, however long it is said to be good',
      withParameter(withParameter(V1, 'created', CREATED - 296), 'expires', 4_889_289_600),
      'too-old',
    ],
    ['without created', withParameter(V1, 'created', undefined), 'parameter-missing'],
    ['without expires', withParameter(V1, 'expires', undefined), 'parameter-missing'],
    ['without keyid', withParameter(V1, 'keyid', undefined), 'parameter-missing'],
    ['with created as text', withParameter(V1, 'created', String(CREATED)), 'parameter-form'],
    ['over neither authority nor target URI', cover(['"@path"', '/page'], AGENT), 'not-covered'],
    [
      'over the authority of a request before',
      cover(['"@authority";req', 'app.example'], AGENT),
      'not-covered',
    ],
    ['that leaves out Signature-Agent', cover(AUTHORITY), 'not-covered'],
    ['that leaves out its member', { ...V2, covered: [AUTHORITY] }, 'not-covered'],
    [
      'over another member',
      {
        ...withAgent(V2, `sig1="${HOST}", b="https://proxy.example"`),
        covered: [AUTHORITY, ['"signature-agent";key="b"', '"https://proxy.example"']],
      },
      'not-covered',
    ],
    ['over a trailer of that name', cover(AUTHORITY, ['"signature-agent";tr', `"${HOST}"`]), 'not-covered'],
    ['over the bytes of the field', cover(AUTHORITY, ['"signature-agent";bs', ':AAAA:']), 'not-covered'],
    [
      'over a member of what is no dictionary',
      cover(AUTHORITY, ['"signature-agent";key="sig1"', `"${HOST}"`]),
      'not-covered',
    ],
    ['for another authority', cover(['"@authority"', 'shop.example'], AGENT), 'mismatch'],
    ['over a component that is not known', cover(AUTHORITY, AGENT, ['"@cookie"', 'a']), 'component-form'],
    ['over a field that is not there', cover(AUTHORITY, AGENT, ['"date"', 'now']), 'component-missing'],
    ['over the status', cover(AUTHORITY, AGENT, ['"@status"', '200']), 'component-misplaced'],
    ['over one thing twice', cover(AUTHORITY, AUTHORITY, AGENT), 'component-repeated'],
    ['with an algorithm of other keys', withParameter(V1, 'alg', 'hmac-sha256'), 'algorithm'],
    ['by an Ed25519 key under the id of an RSA key', { ...RSA, alg: 'ed25519' }, 'mismatch'],
    ['by an RSA key under the id of an Ed25519 key', { ...V1, alg: 'rsa-pss-sha512' }, 'mismatch'],
    ['with spaces in the nonce', withParameter(V1, 'nonce', 'no nonce'), 'nonce'],
    ['with an empty nonce', withParameter(V1, 'nonce', ''), 'nonce'],
    ['with a nonce that is too long', withParameter(V1, 'nonce', 'a'.repeat(257)), 'nonce'],
    ['longer than 4 KB', long(4096), 'signature-length'],
  ]
  test.each(WRONG)('%s', async (_, request, why) => {
    expect(await check(toFacts(request), NOW)).toEqual(failed(why))
  })

  test('that expires before it was made', async () => {
    const request = withParameter(withParameter(V1, 'created', CREATED + 12), 'expires', CREATED + 11)
    expect(await check(toFacts(request), NOW)).toEqual(failed('lifetime'))
  })

  const { input, signature } = signLines(V1)
  const MANGLED: readonly (readonly [
    string,
    { readonly input: string; readonly signature: string },
    string,
  ])[] = [
    ['with its label twice', { input: `${input}, ${input}`, signature }, 'signature-input-form'],
    ['with its signature twice', { input, signature: `${signature}, ${signature}` }, 'signature-form'],
    ['with a parameter twice', { input: `${input};created=${CREATED}`, signature }, 'signature-input-form'],
    [
      'with two of the tag',
      { input: `${input}, ${input.replace('sig1', 'sig2')}`, signature: `${signature}, sig2=:AAAA:` },
      'ambiguous',
    ],
    ['under another label', { input, signature: signature.replace('sig1', 'sig2') }, 'signature-missing'],
    [
      'whose labels were swapped',
      {
        input: `${input}, b=("@method");created=${CREATED}`,
        signature: `sig1=:AAAA:, ${signature.replace('sig1', 'b')}`,
      },
      'mismatch',
    ],
    ['whose base64 has no padding', { input, signature: signature.replace('==:', ':') }, 'signature-form'],
    [
      'whose base64 has bits too many',
      { input, signature: signature.replace(/.==:$/, (end) => `${nextDigit(end[0] ?? '')}==:`) },
      'signature-form',
    ],
    ['as a string', { input, signature: `sig1="${'A'.repeat(86)}"` }, 'signature-form'],
    ['of another length', { input, signature: 'sig1=:AAAA:' }, 'mismatch'],
    ['of zeros', { input, signature: `sig1=:${'A'.repeat(86)}==:` }, 'mismatch'],
    ['cut off', { input: input.slice(0, -1), signature }, 'signature-input-form'],
    ['as a token', { input: `sig1=web-bot-auth`, signature }, 'signature-input-form'],
    ['with fewer components', { input: input.replace('"@authority" ', ''), signature }, 'not-covered'],
    [
      'with another time',
      { input: input.replace(`created=${CREATED}`, `created=${CREATED + 1}`), signature },
      'mismatch',
    ],
  ]
  test.each(MANGLED)('%s', async (_, lines, why) => {
    expect(await check(toFacts(V1, lines), NOW)).toEqual(failed(why))
  })

  test('when a field that it covers was changed', async () => {
    const covered = [...V1.covered, ['"user-agent"', 'Mozilla/5.0'] as const]
    const request = { ...V1, covered }
    const lines = signLines(request)
    const headers = request.headers.map(
      ([name, value]) => [name, name === 'user-agent' ? 'curl' : value] as const,
    )
    expect(await check(toFacts({ ...request, headers }, lines), NOW)).toEqual(failed('mismatch'))
  })

  test('when it is of a listed host and says another', async () => {
    const lines = signLines(V1)
    const request = withAgent(V1, `"${OTHER_HOST}"`)
    expect(await check(toFacts(request, lines), NOW)).toEqual({ kind: 'unknown-key', agentHost: OTHER_HOST })
  })
})

/** The next digit of base64, which differs in its last bits. */
function nextDigit(digit: string): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  return digits[(digits.indexOf(digit) + 1) % 64] ?? ''
}

describe('a key that we lack says nothing', () => {
  test.each<[string, SignedRequest]>([
    ['another id', withParameter(V1, 'keyid', 'A'.repeat(43))],
    ['an empty id', withParameter(V1, 'keyid', '')],
    ['a listed host without keys', withAgent(V1, `"${OTHER_HOST}"`)],
  ])('%s', async (_, request) => {
    expect(await check(toFacts(request), NOW)).toMatchObject({ kind: 'unknown-key' })
  })

  test('no directory at all', async () => {
    const none = createSignatureCheck(POLICY, { keysOf: () => undefined })
    expect(await none(toFacts(V1), NOW)).toEqual({ kind: 'unknown-key', agentHost: HOST })
  })

  test('a key that cannot be opened', async () => {
    const broken = createSignatureCheck(POLICY, {
      keysOf: () => ({ open: () => Promise.reject(new Error()) }),
    })
    expect(await broken(toFacts(V1), NOW)).toEqual({ kind: 'unknown-key', agentHost: HOST })
  })
})

describe('a signature is ignored', () => {
  const IGNORED: Readonly<Record<string, SignedRequest>> = {
    'of a host that is not listed': withAgent(V1, '"https://evil.example"'),
    'of a host over http': withAgent(V1, `"${HOST.replace('https', 'http')}"`),
    'of a host without scheme': withAgent(V1, '"agent.example"'),
    'with a port': withAgent(V1, `"${HOST}:8443"`),
    'with the port of https': withAgent(V1, `"${HOST}:443"`),
    'with a user': withAgent(V1, '"https://agent.example@evil.example"'),
    'with a user before the host': withAgent(V1, '"https://evil.example@agent.example"'),
    'with a path': withAgent(V1, `"${HOST}/keys.json"`),
    'with two slashes': withAgent(V1, `"${HOST}//"`),
    'with a query': withAgent(V1, `"${HOST}?a"`),
    'with a fragment': withAgent(V1, `"${HOST}#a"`),
    'with a dot behind': withAgent(V1, `"${HOST}."`),
    'of a name below': withAgent(V1, '"https://a.agent.example"'),
    'of a name that ends alike': withAgent(V1, '"https://agent.example.evil.example"'),
    'with spaces': withAgent(V1, `" ${HOST}"`),
    'with a token': withAgent(V1, HOST),
    'with a list': withAgent(V1, `("${HOST}")`),
    'with two strings': withAgent(V1, `"${HOST}", "${HOST}"`),
    'with a member twice': withAgent(V2, `sig1="https://evil.example", sig1="${HOST}"`),
    'with a set of keys elsewhere': withAgent(V2, `sig1="${HOST}";type=jwks_uri`),
    'without any text': withAgent(V1, ''),
    'with more text than it may have': withAgent(V2, `sig1="${HOST}";a="${'x'.repeat(1024)}"`),
    'with another tag': withParameter(V1, 'tag', 'web-bot-authority'),
    'without a tag': withParameter(withParameter(V1, 'tag', undefined), 'x', 'web-bot-auth'),
    'without Signature-Agent, by a key that is not held': withParameter(NO_AGENT, 'keyid', 'A'.repeat(43)),
    'without Signature-Agent and without keyid': withParameter(NO_AGENT, 'keyid', undefined),
  }
  test.each(Object.entries(IGNORED))('%s', async (_, request) => {
    expect(await check(toFacts(request), NOW)).toEqual({ kind: 'absent' })
  })
})

describe('only what claims to be signed takes time', () => {
  test('an ordinary request', () => {
    const facts = createFacts({ headers: [['user-agent', 'Mozilla/5.0']] })
    expect(claimsSignature(facts)).toBe(false)
    expect(check(facts, NOW)).toEqual({ kind: 'absent' })
  })

  test.each([
    ['signature-agent', `"${HOST}"`],
    ['signature', 'sig1=:AAAA:'],
    ['signature-input', 'sig1=("@method");tag="web-bot-auth"'],
  ])('a request with %s alone', (name, value) => {
    const facts = createFacts({ headers: [[name, value]] })
    expect(claimsSignature(facts)).toBe(false)
    expect(check(facts, NOW)).toEqual({ kind: 'absent' })
  })

  test('a signature with another tag', () => {
    const facts = toFacts(withParameter(V1, 'tag', 'shop'))
    expect(claimsSignature(facts)).toBe(false)
  })

  test('what is wrong in form is told at once', () => {
    const facts = toFacts(V1, { input: 'sig1=web-bot-auth', signature: 'sig1=:AAAA:' })
    expect(check(facts, NOW)).not.toBeInstanceOf(Promise)
  })

  test('a signature that is to be verified is promised', () => {
    expect(claimsSignature(toFacts(V1))).toBe(true)
    expect(check(toFacts(V1), NOW)).toBeInstanceOf(Promise)
  })
})
