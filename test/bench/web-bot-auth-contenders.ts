/** What the bench of Web Bot Auth times, the same in Node and in workerd: ours, http-message-sig, and the bare check. */
import type { webcrypto } from 'node:crypto'
import { webcrypto as peerKeys, verifySignature } from 'http-message-sig'
import type { AgentModel } from '../../src/bundle/bots-model.ts'
import type { RequestFacts } from '../../src/http/facts.ts'
import { scanHeaderPairs } from '../../src/http/headers.ts'
import { readHost } from '../../src/http/host.ts'
import { readTarget } from '../../src/http/target.ts'
import { createVerification } from '../../src/ingress/bots/verification.ts'
import { claimsSignature, createSignatureCheck } from '../../src/ingress/bots/web-bot-auth/check-signature.ts'
import { createKeyDirectory } from '../../src/ingress/bots/web-bot-auth/key-directory.ts'
import { readPublishedKey } from '../../src/ingress/bots/web-bot-auth/published-key.ts'
import { parseAddress } from '../../src/net/address.ts'
import { createSigner } from '../../src/signature/general/signature.ts'
import { importSigningKey, type Jwk } from '../../src/signature/general/webcrypto-key.ts'

export interface Contender {
  /** `<group>: <who>`; the first of a group is ours. */
  readonly name: string
  readonly run: (times: number) => Promise<void>
}

const HOST = 'https://agent.example'
const URL_TEXT = 'https://shop.example/items/4711?page=2'
const FIELDS: readonly (readonly [string, string])[] = [
  ['host', 'shop.example'],
  ['accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
  ['accept-encoding', 'gzip, br'],
  ['accept-language', 'en-GB,en;q=0.5'],
  ['sec-ch-ua', '"Chromium";v="146", "Not)A;Brand";v="24"'],
  ['sec-ch-ua-mobile', '?0'],
  ['sec-ch-ua-platform', '"Linux"'],
  ['sec-fetch-dest', 'document'],
  ['sec-fetch-mode', 'navigate'],
  ['sec-fetch-site', 'none'],
  [
    'user-agent',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Safari/537.36',
  ],
]
const COMPONENTS = ['@authority', 'signature-agent;key="sig1"']
const ALGORITHMS = {
  ed25519: { name: 'Ed25519' },
  'rsa-pss-sha512': { name: 'RSA-PSS', hash: 'SHA-512', modulusLength: 2048, saltLength: 64 },
} as const
type Alg = keyof typeof ALGORITHMS

function toFacts(fields: readonly (readonly [string, string])[]): RequestFacts {
  return {
    method: 'GET',
    scheme: 'https',
    host: readHost('shop.example', 'https'),
    target: readTarget('/items/4711?page=2'),
    rawTarget: '/items/4711?page=2',
    headers: scanHeaderPairs(fields),
    client: { address: parseAddress('192.0.2.7') },
    hasBody: false,
  }
}

function repeat(name: string, once: () => unknown): Contender {
  return {
    name,
    async run(times) {
      for (let i = 0; i < times; i++) once()
    },
  }
}

function repeatAsync(name: string, once: () => Promise<boolean>): Contender {
  return {
    name,
    async run(times) {
      for (let i = 0; i < times; i++) if (!(await once())) throw new Error(`${name} refused`)
    },
  }
}

async function generate(alg: Alg): Promise<webcrypto.CryptoKeyPair> {
  const scheme =
    alg === 'ed25519' ? ALGORITHMS[alg] : { ...ALGORITHMS[alg], publicExponent: new Uint8Array([1, 0, 1]) }
  return (await crypto.subtle.generateKey(scheme, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
}

async function contend(alg: Alg): Promise<readonly Contender[]> {
  const now = Math.floor(Date.now() / 1000)
  const pair = await generate(alg)
  const published = await readPublishedKey(await crypto.subtle.exportKey('jwk', pair.publicKey).then(plain))
  if (!published) throw new Error('the key cannot be published')
  const jwk = plain(await crypto.subtle.exportKey('jwk', pair.privateKey))
  const key = { ...(await importSigningKey(alg, jwk)), keyid: published.keyid }
  const signer = createSigner({
    key,
    label: 'sig1',
    components: COMPONENTS,
    ttl: 86_400,
    tag: 'web-bot-auth',
  })
  const fields = [...FIELDS, ['signature-agent', `sig1="${HOST}"`] as const]
  const message = { kind: 'request', method: 'GET', target: '/items/4711?page=2', scheme: 'https' } as const
  const nonce = 'yT+sZR1glKOTemVLbmPDFwPScbB1Zj/sMNPEFZcjwJW5jK/taa7HviOXovVwiZOfrrLHS2SbLFUQBxPYZChf7g=='
  const signed = await signer.sign({ ...message, fields: fields.flat() }, { created: now, nonce })
  if (!signed.ok) throw new Error(signed.failure)
  const all = [
    ...fields,
    ['signature-input', signed.signatureInput] as const,
    ['signature', signed.signature] as const,
  ]
  const keys = createKeyDirectory([HOST])
  keys.replace(HOST, [published], now)
  const check = createSignatureCheck({ mode: 'enforce', hosts: [HOST], max_age: 86_400, skew: 5 }, keys)
  const facts = toFacts(all)
  const descriptor = {
    kind: 'request' as const,
    method: 'GET',
    targetUri: URL_TEXT,
    fields: all.map(([name, value]) => ({ name, value })),
  }
  const policy = {
    algorithms: [alg],
    requiredComponents: ['@authority'],
    requiredParameters: ['created', 'expires', 'keyid', 'tag'],
    maxAge: 86_400,
    clockSkew: 5,
  }
  const verifier = peerKeys.verifier(pair.publicKey)
  const base = new TextEncoder().encode('x'.repeat(420))
  const scheme = alg === 'ed25519' ? 'Ed25519' : { name: 'RSA-PSS', saltLength: 64 }
  const code = await crypto.subtle.sign(scheme, pair.privateKey, base)
  return [
    repeatAsync(`${alg}: ours`, async () => (await check(facts, now * 1000)).kind === 'verified'),
    repeatAsync(`${alg}: http-message-sig`, async () => {
      const result = await verifySignature(descriptor, {
        label: 'sig1',
        policy,
        resolveVerifier: () => verifier,
      })
      return result.label === 'sig1'
    }),
    repeatAsync(`${alg}: crypto.subtle.verify alone`, () =>
      crypto.subtle.verify(scheme, pair.publicKey, code, base),
    ),
  ]
}

/** Only what a key consists of: runtimes add `ext` and `key_ops`. */
function plain(jwk: webcrypto.JsonWebKey | ArrayBuffer): Jwk {
  const { ext: _ext, key_ops: _ops, ...members } = jwk as webcrypto.JsonWebKey
  return members as Jwk
}

/** What requests pay that have no signature, with no agent and with one that has an address list. */
function contendOrdinary(): readonly Contender[] {
  const facts = toFacts(FIELDS)
  const agent: AgentModel = {
    name: 'Crawler',
    class: 'search-engine',
    proof: { signature: [], ranges: ['crawler'], dns: [] },
  }
  const verification = {
    web_bot_auth: { mode: 'enforce', hosts: [HOST], max_age: 300, skew: 5 },
    platform: true,
    ranges_max_age: 86_400,
    dns: { mode: 'enforce', resolver: 'https://resolver.example' },
    spoofed: 'deny',
    pending: 'none',
  } as const
  const verify = (identity: { readonly declared: boolean; readonly agent?: AgentModel }): (() => unknown) => {
    const run = createVerification(
      { verification },
      {
        agents: { agents: [agent], identify: () => identity },
        ranges: { find: () => 'inside' },
        dns: { find: () => 'unknown' },
        keys: createKeyDirectory([HOST]),
      },
    )
    return () => run(facts, 0, () => {})
  }
  const hostile = toFacts([
    ...FIELDS,
    ['signature-agent', `sig1="${HOST}"`],
    ['signature-input', `sig1=(${'"a" '.repeat(900)});tag="web-bot-auth"`],
    ['signature', 'sig1=:AAAA:'],
  ])
  const check = createSignatureCheck(verification.web_bot_auth, createKeyDirectory([HOST]))
  return [
    repeat('claims: a request without signature', () => claimsSignature(facts)),
    repeat('verification: names nobody', verify({ declared: false })),
    repeat('verification: named, ranges known', verify({ declared: true, agent })),
    repeat('refused: 3.6 KB of components', () => check(hostile, 0)),
  ]
}

/** Few calls each of what takes long. */
export async function createContenders(): Promise<readonly Contender[]> {
  return [...contendOrdinary(), ...(await contend('ed25519')), ...(await contend('rsa-pss-sha512'))]
}
