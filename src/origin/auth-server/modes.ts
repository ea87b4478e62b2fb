/**
 * What each load balancer tells the auth server of the request that the client made.
 *
 * A server that takes whichever of these fields comes can be talked round: behind Caddy a client's own
 * `X-Original-URI` would name one target while another is served. So a server runs in one mode, reads that
 * mode's fields, each of them once, and everything else is what it is for the verifier: a client's field.
 * @module
 */
import type { Received } from '../../signature/verify.ts'
import type { LoadBalancer } from '../recipes/description.ts'
import { isUncleared } from '../recipes/nginx-cleared.ts'

/** The load balancers that ask, instead of verifying by themselves. */
export type ServerMode = Exclude<LoadBalancer, 'haproxy' | 'nginx-njs' | 'nginx-lua'>

/** Ways of asking: `grpc` is Envoy's ext_authz. */
export type Protocol = 'http' | 'grpc'

/**
 * What went wrong before there was a request to verify. For the log: either the load balancer is not configured
 * as `sallyport origin config` writes it, or a client's field has come through.
 */
export type OriginalFailure = 'original-missing' | 'original-repeated' | 'original-form'

type Part = 'method' | 'target' | 'host' | 'url' | 'framing' | 'connection'

interface Shape {
  /** The fields that speak for the load balancer, in lower case. */
  readonly fields: Readonly<Partial<Record<Part, string>>>
  /** Those of them that the load balancer leaves out when they are empty. */
  readonly optional: readonly Part[]
  /** True when the auth request is the client's request with a prefix before its target. */
  readonly mirrored: boolean
}

const DOOR: Shape = {
  fields: {
    method: 'sallyport-door-method',
    target: 'sallyport-door-target',
    host: 'sallyport-door-host',
    framing: 'sallyport-door-framing',
    connection: 'sallyport-door-connection',
  },
  optional: ['connection'],
  mirrored: false,
}

const FORWARDED: Shape = {
  fields: { method: 'x-forwarded-method', target: 'x-forwarded-uri', host: 'x-forwarded-host' },
  optional: [],
  mirrored: false,
}

const ORIGINAL: Shape = {
  fields: { method: 'x-original-method', url: 'x-original-url' },
  optional: [],
  mirrored: false,
}

const MIRRORED: Shape = { fields: {}, optional: [], mirrored: true }

/**
 * They do not tell of an upgrade when they ask: whoever was taken for a health probe by the server would get a
 * WebSocket unsigned. So it takes none for one; the configurations let probes through before they ask, but for
 * ingress-nginx, where the kubelet asks the pods themselves.
 */
export const HIDES_UPGRADES: ReadonlySet<LoadBalancer> = new Set<LoadBalancer>([
  'nginx-auth-request',
  'apache',
  'caddy',
  'ingress-nginx',
])

/** One set of fields each. */
export const MODE_SHAPES: Readonly<Record<ServerMode, Shape>> = {
  'nginx-auth-request': DOOR,
  apache: DOOR,
  caddy: FORWARDED,
  traefik: FORWARDED,
  'ingress-nginx': ORIGINAL,
  envoy: MIRRORED,
  'envoy-gateway': MIRRORED,
  'gateway-api': MIRRORED,
}

export const SERVER_MODES: readonly ServerMode[] = Object.keys(MODE_SHAPES) as ServerMode[]

/** The ways a load balancer of this mode can ask; the first is the default. */
export function protocolsOf(mode: ServerMode): readonly Protocol[] {
  return MODE_SHAPES[mode].mirrored ? ['grpc', 'http'] : ['http']
}

/** Of the auth request itself: they frame the question and say nothing of the client's request. */
const OWN: readonly string[] = ['content-length', 'transfer-encoding', 'connection']

/** A field to be set aside: one of the load balancer's parts, or `own`. */
type Use = Part | 'own'

function listUses(shape: Shape): ReadonlyMap<string, Use> {
  const uses = new Map<string, Use>(OWN.map((name) => [name, 'own']))
  if (!shape.mirrored) uses.set('host', 'own')
  for (const [part, name] of Object.entries(shape.fields)) uses.set(name, part as Part)
  return uses
}

/** nginx takes fields away by name only, so that a request with others that claim an identity is refused. */
const CLEARS_BY_NAME: ReadonlySet<ServerMode> = new Set<ServerMode>(['nginx-auth-request', 'ingress-nginx'])

/** First letters of all such names, both cases: most fields are passed over without a copy. */
function listFirst(uses: ReadonlyMap<string, Use>): string {
  const letters = Array.from(uses.keys(), (name) => name.charAt(0)).join('')
  return letters + letters.toUpperCase()
}

type Parts = { -readonly [P in Part]?: string }

/** Reads the client's request out of an auth request. */
export type ReadOriginal = (asked: Received) => Received | OriginalFailure

/**
 * Makes the reader of one mode.
 * @param pathPrefix What stands before the client's target when the auth request mirrors it, such as `/verify`.
 */
export function createOriginalReader(mode: ServerMode, pathPrefix: string): ReadOriginal {
  const shape = MODE_SHAPES[mode]
  const uses = listUses(shape)
  const byName = CLEARS_BY_NAME.has(mode)
  const first = listFirst(uses) + (byName ? 'cCsSxX' : '')
  const required = (Object.keys(shape.fields) as Part[]).filter((part) => !shape.optional.includes(part))

  return function readOriginal(asked) {
    const parts: Parts = {}
    const kept: string[] = []
    const { fields } = asked
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i] ?? ''
      const value = fields[i + 1] ?? ''
      const lower = first.includes(name.charAt(0)) ? name.toLowerCase() : undefined
      const use = lower === undefined ? undefined : uses.get(lower)
      if (use === undefined && byName && lower !== undefined && isUncleared(lower)) return 'original-form'
      if (use === undefined) kept.push(name, value)
      else if (use === 'own') continue
      else if (parts[use] === undefined) parts[use] = value
      else return 'original-repeated'
    }
    for (const part of required) if (!parts[part]) return 'original-missing'
    return shape.mirrored ? unmirror(asked, kept, pathPrefix) : assemble(parts, kept)
  }
}

function unmirror(
  { method, target }: Received,
  fields: readonly string[],
  prefix: string,
): Received | OriginalFailure {
  if (!target.startsWith(prefix) || target.charAt(prefix.length) !== '/') return 'original-form'
  return { method, target: target.slice(prefix.length), fields }
}

/** Scheme, authority and the raw target as nginx puts them together; user information never comes so. */
const URL_FORM = /^https?:\/\/([A-Za-z0-9._:[\]-]{1,260})(\/.*)$/

function assemble(parts: Parts, fields: string[]): Received | OriginalFailure {
  const { method = '' } = parts
  let { target = '', host = '' } = parts
  if (parts.url !== undefined) {
    const match = URL_FORM.exec(parts.url)
    if (!match) return 'original-form'
    host = match[1] ?? ''
    target = match[2] ?? ''
  }
  fields.push('Host', host)
  if (parts.connection) fields.push('Connection', parts.connection)
  if (parts.framing !== undefined && !addFraming(fields, parts.framing)) return 'original-form'
  return { method, target, fields }
}

/** `<content-length>;<transfer-encoding>`: a length has no semicolon, a transfer coding may. */
function addFraming(fields: string[], framing: string): boolean {
  const mark = framing.indexOf(';')
  if (mark < 0) return false
  if (mark > 0) fields.push('Content-Length', framing.slice(0, mark))
  if (mark < framing.length - 1) fields.push('Transfer-Encoding', framing.slice(mark + 1))
  return true
}
