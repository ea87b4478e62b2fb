/**
 * What the signature bench times, the same in Node and in workerd: ours, which checks for replays too, and both
 * libraries, which do not.
 */
import { createSignature, verifySignature } from 'http-message-sig'
import { httpbis } from 'http-message-signatures'
import { createMemoryReplayStore } from '../../src/origin/replay-memory.ts'
import { formatBase } from '../../src/signature/base.ts'
import { toBase64 } from '../../src/signature/base64.ts'
import { serializeClient, serializeVerdict } from '../../src/signature/fields.ts'
import { createNonceSource } from '../../src/signature/nonce.ts'
import { formatParameters } from '../../src/signature/profile.ts'
import { createSigner, type Signer } from '../../src/signature/sign.ts'
import { acceptSigned, type Received, readSigned } from '../../src/signature/verify.ts'

export type AlgorithmName = 'hmac-sha256' | 'ed25519'

/** One algorithm as the runtime does it best. */
export interface BenchCrypto {
  readonly alg: AlgorithmName
  readonly sign: (data: Uint8Array) => ArrayBuffer | Promise<ArrayBuffer>
  readonly verify: (data: Uint8Array, signature: Uint8Array) => boolean | Promise<boolean>
  /** The same on a base known to be ASCII, as our verifiers take it. */
  readonly verifyBase: (base: string, signature: Uint8Array<ArrayBuffer>) => boolean | Promise<boolean>
}

export interface Contender {
  readonly name: string
  readonly run: (times: number) => Promise<void>
}

const KEYID = 'k-20261122-bnch'
/** Few enough to stay in the processor's caches, as the libraries' one message does. */
const REQUESTS = 256
const NONCE = 'AAECAwQFBgcICQoLDA0ODw'
const COMPONENTS = [
  '@method',
  '@authority',
  '@path',
  '@query',
  'sallyport-client',
  'sallyport-verdict',
  'sallyport-request-id',
  'content-digest',
]
const PARAMETERS = ['created', 'expires', 'nonce', 'keyid', 'tag']

const MESSAGE = {
  method: 'GET',
  authority: 'origin.example',
  path: '/shop/items/4711/reviews',
  query: '?page=2&sort=newest',
  client:
    serializeClient({
      ip: '203.0.113.77',
      host: 'shop.example',
      scheme: 'https',
      country: 'NO',
      asn: 64496,
      colo: 'OSL',
      tls: 'TLSv1.3',
      protocol: 'HTTP/2',
    }) ?? '',
  verdict: serializeVerdict({ action: 'pass', policy: '0123456789abcdef', route: 'shop', log: [] }) ?? '',
  requestId: '"0192f0c1-7d5e-7abc-8def-0123456789ab"',
  contentDigest: 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:',
}
const URL_TEXT = `http://${MESSAGE.authority}${MESSAGE.path}${MESSAGE.query}`
const COVERED = {
  host: MESSAGE.authority,
  'sallyport-client': MESSAGE.client,
  'sallyport-verdict': MESSAGE.verdict,
  'sallyport-request-id': MESSAGE.requestId,
  'content-digest': MESSAGE.contentDigest,
}
const LISTED = Object.entries(COVERED).map(([name, value]) => ({ name, value }))
/** What a browser sends besides: the scan passes over it. */
const OTHERS = [
  'user-agent',
  'Mozilla/5.0',
  'accept',
  '*/*',
  'accept-language',
  'nb',
  'accept-encoding',
  'gzip',
  'cookie',
  'a=b',
  'sec-fetch-mode',
  'navigate',
  'sec-fetch-site',
  'none',
]

function mustBe(right: boolean, what: string): void {
  if (!right) throw new Error(`${what} refused a right signature`)
}

async function repeat(times: number, once: () => unknown): Promise<void> {
  for (let i = 0; i < times; i++) {
    const result = once()
    if (result instanceof Promise) await result
  }
}

/** `now`: seconds since 1970; signatures are made for it and must still hold when they are verified. */
export async function createContenders(crypto: BenchCrypto, now: number): Promise<Contender[]> {
  const fields = await signForLong(crypto, now)
  return [
    ...(await createOurs(crypto, now)),
    ...createCloudflare(crypto, now, fields),
    ...createDhensby(crypto, now, fields),
  ]
}

interface SignedFields {
  readonly signatureInput: string
  readonly signature: string
}

/** The same signature with an hour to live: the libraries look at the clock, and the run may be long. */
async function signForLong(crypto: BenchCrypto, now: number): Promise<SignedFields> {
  const parameters = formatParameters(now, now + 3600, NONCE, KEYID, 'content-digest')
  const code = await crypto.sign(new TextEncoder().encode(formatBase(MESSAGE, parameters)))
  const signature = `sallyport=:${toBase64(new Uint8Array(code))}:`
  return { signatureInput: `sallyport=${parameters}`, signature }
}

async function createOurs(crypto: BenchCrypto, now: number): Promise<Contender[]> {
  const signer = createSigner({ keyid: KEYID, mac: crypto.sign, ttl: 60 })
  const sign = () => signer.sign(MESSAGE, { created: now, nonce: NONCE })
  const requests = await signMany(signer, now)
  const options = { findKey: (id: string) => (id === KEYID ? crypto : undefined), now, skew: 5, maxTtl: 60 }
  let at = 0
  let store = createMemoryReplayStore({ capacity: REQUESTS })
  const verify = (): void | Promise<void> => {
    if (at === requests.length) {
      at = 0
      store = createMemoryReplayStore({ capacity: REQUESTS })
    }
    const received = requests[at++]
    const prepared = received && readSigned(received, options)
    if (!prepared?.ok) return mustBe(false, 'ours')
    const settle = (right: boolean): void => {
      const accepted = acceptSigned(prepared)
      const fresh = accepted.ok && store.claim(accepted.nonce, accepted.created, 0, 0) === 'fresh'
      mustBe(right && fresh, 'ours')
    }
    const right = prepared.key.verifyBase(prepared.base, prepared.signature)
    return typeof right === 'boolean' ? settle(right) : right.then(settle)
  }
  return [
    { name: 'sign: ours', run: (times) => repeat(times, sign) },
    { name: 'verify: ours', run: (times) => repeat(times, verify) },
  ]
}

/** Different requests, as each passes the replay check once. */
async function signMany(signer: Signer, created: number): Promise<Received[]> {
  const drawNonce = createNonceSource((bytes) => crypto.getRandomValues(bytes))
  const requests: Received[] = []
  while (requests.length < REQUESTS) {
    const { signatureInput, signature } = await signer.sign(MESSAGE, { created, nonce: drawNonce() })
    const fields = [...OTHERS, ...Object.entries(COVERED).flat()]
    fields.push('signature-input', signatureInput, 'signature', signature)
    requests.push({ method: MESSAGE.method, target: MESSAGE.path + MESSAGE.query, fields })
  }
  return requests
}

function createCloudflare(
  crypto: BenchCrypto,
  now: number,
  { signatureInput, signature }: SignedFields,
): Contender[] {
  const message = { kind: 'request', method: MESSAGE.method, targetUri: URL_TEXT, fields: LISTED } as const
  const signed = {
    ...message,
    fields: [
      ...LISTED,
      { name: 'signature-input', value: signatureInput },
      { name: 'signature', value: signature },
    ],
  }
  const signer = {
    algorithm: crypto.alg,
    sign: async (data: Uint8Array) => new Uint8Array(await crypto.sign(data)),
  }
  const verifier = { algorithm: crypto.alg, verify: crypto.verify }
  const policy = {
    algorithms: [crypto.alg],
    requiredComponents: COMPONENTS,
    requiredParameters: PARAMETERS,
    maxAge: 600,
    clockSkew: 5,
  }
  const parameters = { created: now, expires: now + 60, nonce: NONCE, keyid: KEYID, tag: 'sallyport-1' }
  return [
    {
      name: 'sign: http-message-sig',
      run: (times) =>
        repeat(times, () =>
          createSignature(message, { label: 'sallyport', components: COMPONENTS, parameters, signer }),
        ),
    },
    {
      name: 'verify: http-message-sig',
      run: (times) =>
        repeat(times, () => verifySignature(signed, { policy, resolveVerifier: () => verifier })),
    },
  ]
}

function createDhensby(
  crypto: BenchCrypto,
  now: number,
  { signatureInput, signature }: SignedFields,
): Contender[] {
  const message = { method: MESSAGE.method, url: URL_TEXT, headers: COVERED }
  const signed = { ...message, headers: { ...COVERED, 'signature-input': signatureInput, signature } }
  const config = {
    key: { id: KEYID, sign: async (data: Buffer) => Buffer.from(await crypto.sign(data)) },
    name: 'sallyport',
    params: PARAMETERS,
    paramValues: {
      created: new Date(now * 1000),
      expires: new Date((now + 60) * 1000),
      nonce: NONCE,
      keyid: KEYID,
      tag: 'sallyport-1',
    },
    fields: COMPONENTS,
  }
  const key = {
    id: KEYID,
    algs: [crypto.alg],
    verify: async (data: Buffer, code: Buffer) => crypto.verify(data, code),
  }
  const verifyConfig = { keyLookup: async () => key, requiredFields: COMPONENTS, tolerance: 600 }
  return [
    {
      name: 'sign: http-message-signatures',
      run: (times) => repeat(times, () => httpbis.signMessage(config, message)),
    },
    {
      name: 'verify: http-message-signatures',
      run: (times) =>
        repeat(times, async () =>
          mustBe((await httpbis.verifyMessage(verifyConfig, signed)) === true, 'http-message-signatures'),
        ),
    },
  ]
}
