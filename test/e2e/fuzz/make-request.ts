/** Random valid requests, with what must arrive of them. */
import { HEX, LETTERS, makeValidTarget } from './make-target.ts'
import { canonicalise, spellAddress } from './oracle.ts'
import type { Random } from './random.ts'

export interface Made {
  readonly method: string
  readonly target: string
  readonly headers: Record<string, string>
  readonly body: Buffer | undefined
  readonly chunked: boolean
}

export interface ValidRequest extends Made {
  readonly expected: {
    readonly route: 'site' | 'relaxed'
    readonly target: string
    /** The value of `Sallyport-Client`, byte for byte. */
    readonly client: string
    /** Fields that have to arrive as they were sent. */
    readonly kept: Readonly<Record<string, string>>
    readonly digest: boolean
  }
}

const DIGEST_CAP = 4096

function makeAddress(random: Random): string {
  const octets = (): string => Array.from({ length: 4 }, () => random.below(256)).join('.')
  const kind = random.below(10)
  if (kind < 5) return octets()
  if (kind < 6) return `::ffff:${octets()}`
  const groups = Array.from({ length: 8 }, () =>
    random.chance(0.3) ? '0' : random.string(HEX, 1 + random.below(4)),
  )
  return groups.join(':')
}

function makeFacts(random: Random, host: string): { readonly simulate: string; readonly client: string } {
  const ip = makeAddress(random)
  let simulate = `ip=${ip}`
  let client = `ip="${spellAddress(ip)}", host="${host}", scheme=http`
  if (random.chance(0.7)) {
    const country = random.pick(['DE', 'FR', 'US', 'T1', 'XX', 'CN'])
    simulate += `; country=${country}`
    client += `, country="${country}"`
  }
  if (random.chance(0.7)) {
    const asn = random.pick([0, 64_500, 4_294_967_295, random.below(400_000)])
    simulate += `; asn=${asn}`
    client += `, asn=${asn}`
  }
  if (random.chance(0.5)) {
    const colo = random.pick(['FRA', 'CDG', 'SIN'])
    simulate += `; colo=${colo}`
    client += `, colo="${colo}"`
  }
  return { simulate, client }
}

const VISIBLE = ` !#$%&'()*+-./:;<=>?@[]^_\`{|}~"\\${LETTERS}`

function makeFields(random: Random): {
  readonly kept: Record<string, string>
  readonly dropped: Record<string, string>
} {
  const kept: Record<string, string> = { 'user-agent': `fuzz/${random.below(100)}` }
  for (let i = random.below(8); i > 0; i--) {
    const value = `${random.string(LETTERS, 1)}${random.string(VISIBLE, random.below(60))}${random.string(LETTERS, 1)}`
    kept[`x-f-${random.string('abcdefghij-0123456789', 1 + random.below(8))}e`] = value
  }
  if (random.chance(0.3)) kept.cookie = `a=${random.string(LETTERS, 20)}; b="${random.string(LETTERS, 5)}"`
  if (random.chance(0.2)) kept.authorization = `Bearer ${random.string(LETTERS, 40)}`
  const spoofs = [
    'x-forwarded-for',
    'forwarded',
    'sallyport-client',
    'sallyport-verdict',
    'signature-input',
    'signature',
    'x-real-ip',
    'x_forwarded_for',
    'sallyport_client',
    'cf-connecting-ip',
    'x-original-url',
    'via',
    'x-http-method-override',
    'sallyport-request-id',
    'x-request_id',
  ] as const
  const dropped: Record<string, string> = {}
  for (let i = random.below(4); i > 0; i--) dropped[random.pick(spoofs)] = '192.0.2.66'
  return { kept, dropped }
}

function makeBody(random: Random, method: string): Pick<Made, 'body' | 'chunked'> {
  if (['GET', 'HEAD', 'OPTIONS'].includes(method) || random.chance(0.15))
    return { body: undefined, chunked: false }
  const size = random.pick([
    0,
    1,
    random.below(200),
    random.below(200),
    DIGEST_CAP - 1 + random.below(3),
    random.chance(0.1) ? 40_000 : 900,
  ])
  return { body: random.bytes(size), chunked: random.chance(0.3) }
}

export function makeValid(random: Random, host: string): ValidRequest {
  const { target, route } = makeValidTarget(random)
  const method = random.pick([
    'GET',
    'GET',
    'GET',
    'HEAD',
    'POST',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
  ])
  const { simulate, client } = makeFacts(random, host)
  const { kept, dropped } = makeFields(random)
  const { body, chunked } = makeBody(random, method)
  const { path, query } = canonicalise(target)
  return {
    method,
    target,
    headers: { ...kept, ...dropped, 'sallyport-simulate': simulate },
    body,
    chunked,
    expected: {
      route,
      target: path + query,
      client,
      kept,
      // No content at all is covered too, where content could stand.
      digest: method !== 'GET' && method !== 'HEAD' && !chunked && (body?.length ?? 0) <= DIGEST_CAP,
    },
  }
}
