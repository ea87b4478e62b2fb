/**
 * The general RFC 9421 signer and verifier beside both npm libraries: what they get right of the RFC's vectors,
 * what a signature costs, and what 64 KiB of hostile signature fields cost.
 *
 *   node test/bench/rfc9421.bench.ts [rounds]
 *
 * Contenders take turns in every round. Read the minimum; the median tells how disturbed the run was. All use
 * the same synchronous HMAC of node:crypto, so that what differs is the rest.
 */
import { createHmac, createSecretKey } from 'node:crypto'
import { createSignature, verifySignature } from 'http-message-sig'
import { httpbis } from 'http-message-signatures'
import type { RequestMessage } from '../../src/signature/general/message.ts'
import { createSigner, createVerifier } from '../../src/signature/general/signature.ts'
import { cloudflare } from '../signature/general/cloudflare.ts'
import { dhensby } from '../signature/general/dhensby.ts'
import { loadExam } from '../signature/general/exam.ts'
import { HOSTILE } from '../signature/general/hostile-messages.ts'
import { NOW as HOSTILE_NOW } from '../signature/general/message-fixtures.ts'
import { ours } from '../signature/general/ours.ts'
import { sumUp, takeExam } from '../signature/general/score.ts'

const ROUNDS = Number(process.argv[2] ?? 15)
const NOW = Math.floor(Date.now() / 1000)

interface Contender {
  readonly name: string
  readonly run: () => Promise<unknown>
}

/** Microseconds for one call of each, taking turns. */
async function race(title: string, contenders: readonly Contender[], times: number): Promise<void> {
  const samples = contenders.map((): number[] => [])
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, { run }] of contenders.entries()) {
      const start = process.hrtime.bigint()
      for (let i = 0; i < times; i++) await run()
      // The first round warms up.
      if (round > 0) samples[index]?.push(Number(process.hrtime.bigint() - start) / 1000 / times)
    }
  }
  const least = Math.min(...(samples[0] ?? []))
  console.log(`\n${title.padEnd(58)}min µs   median   × first`)
  for (const [index, { name }] of contenders.entries()) {
    const sorted = (samples[index] ?? []).toSorted((a, b) => a - b)
    const [min = Number.NaN] = sorted
    const median = sorted[sorted.length >> 1] ?? Number.NaN
    console.log(
      `  ${name.padEnd(54)}${min.toFixed(1).padStart(8)}${median.toFixed(1).padStart(9)}${(min / least).toFixed(1).padStart(10)}`,
    )
  }
}

async function printScores(): Promise<void> {
  const exam = loadExam()
  if (!exam) return
  console.log('\nRFC 9421 vectors        verify   base   component   must-fail   sum')
  for (const contender of [ours, cloudflare, dhensby]) {
    const sums = sumUp(await takeExam(exam, contender))
    const cells = Object.values(sums).map(([right, all]) => `${right}/${all}`)
    const sum = Object.values(sums).reduce((total, [right]) => total + right, 0)
    console.log(`  ${contender.name.padEnd(24)}${cells.map((cell) => cell.padEnd(9)).join('')}${sum}/83`)
  }
}

const secret = createSecretKey(Buffer.alloc(32, 7))
const mac = (data: Uint8Array): Buffer => createHmac('sha256', secret).update(data).digest()
const COMPONENTS = [
  '@method',
  '@authority',
  '@path',
  '@query',
  'content-type',
  'content-digest',
  'x-a',
  'x-b',
]
const FIELDS: Readonly<Record<string, string>> = {
  host: 'api.example',
  'user-agent': 'Mozilla/5.0',
  accept: '*/*',
  'content-type': 'application/json',
  'content-digest': 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:',
  'x-a': 'one, two',
  'x-b': 'three',
}
const TARGET = '/orders/4711?page=2&sort=newest'
const REQUEST: RequestMessage = {
  kind: 'request',
  method: 'POST',
  target: TARGET,
  scheme: 'https',
  fields: Object.entries(FIELDS).flat(),
}
const url = `https://api.example${TARGET}`
const described = {
  kind: 'request' as const,
  method: 'POST',
  targetUri: url,
  fields: Object.entries(FIELDS).map(([name, value]) => ({ name, value })),
}

const signer = createSigner({
  key: { alg: 'hmac-sha256', keyid: 'k', sign: mac },
  label: 'sig1',
  components: COMPONENTS,
  ttl: 60,
  tag: 'bench',
})
const policy = {
  select: { label: 'sig1' },
  components: COMPONENTS,
  parameters: ['created', 'expires', 'nonce', 'keyid', 'tag'],
  maxAge: 60,
  skew: 5,
} as const
const verifier = createVerifier({
  policy,
  findKey: () => ({ alg: 'hmac-sha256', verify: (base, code) => mac(base).equals(code) }),
})

const signOurs = () => signer.sign(REQUEST, { created: NOW, nonce: 'abc' })
const signCloudflare = () =>
  createSignature(described, {
    label: 'sig1',
    components: COMPONENTS,
    parameters: { created: NOW, expires: NOW + 60, nonce: 'abc', keyid: 'k', tag: 'bench' },
    signer: { algorithm: 'hmac-sha256', sign: (data) => new Uint8Array(mac(data)) },
  })
const signDhensby = () =>
  httpbis.signMessage(
    {
      key: { id: 'k', sign: async (data) => mac(data) },
      name: 'sig1',
      params: ['created', 'expires', 'nonce', 'keyid', 'tag'],
      paramValues: {
        created: new Date(NOW * 1000),
        expires: new Date((NOW + 60) * 1000),
        nonce: 'abc',
        keyid: 'k',
        tag: 'bench',
      },
      fields: COMPONENTS,
    },
    { method: 'POST', url, headers: FIELDS },
  )

function verifyCloudflare(
  fields: { name: string; value: string }[],
  now: number,
  required: readonly string[] = COMPONENTS,
): Promise<unknown> {
  return verifySignature(
    { ...described, fields: [...described.fields, ...fields] },
    {
      label: 'sig1',
      policy: {
        algorithms: ['hmac-sha256'],
        requiredComponents: required,
        requiredParameters: ['created'],
        maxAge: 60,
        clockSkew: 5,
        now,
      },
      resolveVerifier: () => ({
        algorithm: 'hmac-sha256',
        verify: (data, code) => mac(data).equals(code),
      }),
    },
  )
}

function verifyDhensby(
  headers: Record<string, string | string[]>,
  required: readonly string[] = COMPONENTS,
): Promise<unknown> {
  const key = {
    id: 'k',
    algs: ['hmac-sha256'],
    verify: async (data: Buffer, code: Buffer) => mac(data).equals(code),
  }
  return httpbis.verifyMessage(
    { keyLookup: async () => key, requiredFields: [...required], tolerance: 1e9 },
    { method: 'POST', url, headers: { ...FIELDS, ...headers } },
  )
}

async function raceSignatures(): Promise<void> {
  const signed = await signOurs()
  if (!signed.ok) throw new Error(signed.failure)
  const { signatureInput, signature } = signed
  const lines = ['Signature-Input', signatureInput, 'Signature', signature]
  const message = { ...REQUEST, fields: [...REQUEST.fields, ...lines] }
  if (!(await verifier.verify(message, NOW)).ok) throw new Error('refused a right signature')
  const listed = [
    { name: 'signature-input', value: signatureInput },
    { name: 'signature', value: signature },
  ]
  await race(
    'sign, 8 components, HMAC',
    [
      { name: 'sallyport/signature', run: signOurs },
      { name: 'http-message-sig', run: signCloudflare },
      { name: 'http-message-signatures', run: signDhensby },
    ],
    2000,
  )
  await race(
    'verify, 8 components, HMAC',
    [
      { name: 'sallyport/signature', run: () => verifier.verify(message, NOW) },
      { name: 'http-message-sig', run: () => verifyCloudflare(listed, NOW) },
      {
        name: 'http-message-signatures',
        run: () => verifyDhensby({ 'signature-input': signatureInput, signature }),
      },
    ],
    2000,
  )
}

const hostilePolicy = { ...policy, components: [], parameters: [] } as const
const hostileVerifier = createVerifier({
  policy: hostilePolicy,
  findKey: () => ({ alg: 'hmac-sha256', verify: (base, code) => mac(base).equals(code) }),
})

/** What comes in is what a server has read: names and values. Its parts are joined for the library by itself. */
async function raceHostile(): Promise<void> {
  for (const { name, fields } of HOSTILE) {
    const message = { ...REQUEST, fields: [...REQUEST.fields, ...fields] }
    const listed: { name: string; value: string }[] = []
    const headers: Record<string, string[]> = {}
    for (let i = 0; i + 1 < fields.length; i += 2) {
      const field = { name: (fields[i] ?? '').toLowerCase(), value: fields[i + 1] ?? '' }
      listed.push(field)
      headers[field.name] = [...(headers[field.name] ?? []), field.value]
    }
    await race(
      name,
      [
        { name: 'sallyport/signature', run: () => hostileVerifier.verify(message, HOSTILE_NOW) },
        { name: 'http-message-sig', run: () => verifyCloudflare(listed, HOSTILE_NOW, []).catch(String) },
        { name: 'http-message-signatures', run: () => verifyDhensby(headers, []).catch(String) },
      ],
      20,
    )
  }
}

await printScores()
await raceSignatures()
await raceHostile()
