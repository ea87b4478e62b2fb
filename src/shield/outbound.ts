/**
 * The request as the origin will get it: target, header fields, and the signature over them.
 * @module
 */
import type { RouteAction, RouteModel } from '../bundle/model.ts'
import type { RequestFacts } from '../http/facts.ts'
import { applyHeaderEdits, type HeaderEdit } from '../http/header-edit.ts'
import { withoutOwnCookies } from '../http/own-cookies.ts'
import { trimPrefix } from '../http/scope.ts'
import { formatAddress } from '../net/address.ts'
import type { SignedMessage } from '../signature/base.ts'
import {
  parseClient,
  parseVerdict,
  serializeClient,
  serializeRequestId,
  serializeVerdict,
} from '../signature/fields.ts'
import type { TokenSigner } from '../signature/jws.ts'
import type { Signer } from '../signature/sign.ts'
import { editHeaders } from './header-edits.ts'
import { belowPrefix } from './route-answer.ts'

export type ForwardAction = Extract<RouteAction, { kind: 'forward' }>

/** Everything that was decided about a request that goes on. */
export interface Vetted {
  readonly facts: RequestFacts
  readonly route: RouteModel
  readonly action: ForwardAction
  readonly requestId: string
  /** Version of the policy that vetted it. */
  readonly policy: string
  /** Ids of the rules that `log` mode would have refused it by. */
  readonly logged: readonly string[]
  /** What is known of the client as an automated one, as `Verdict` has it. */
  readonly bot?: string
  /** Edits that rules make after the route's own. */
  readonly edits?: readonly HeaderEdit[]
}

/** The clock and the randomness of a signature. */
export interface Freshness {
  /** Seconds since 1970. */
  readonly created: number
  readonly nonce: string
}

/** What makes the fields that vouch for a request. */
export interface Signing {
  readonly signer: Signer
  /** Makes `Sallyport-JWT` too, where the policy asks for it. */
  readonly tokens?: TokenSigner | undefined
}

/** The field that binds the body, one of them at most, as the signature covers it. */
export type BodyCover = Pick<SignedMessage, 'contentDigest' | 'body'>

export interface Outbound {
  readonly url: string
  /** `Host` is not among them: it follows from the URL. */
  readonly headers: Headers
  /** The value of `Signature`: chunks of a body are chained to it. */
  readonly signature: string
}

/** The path the origin sees: the route's prefix replaced when it says so. */
export function originPath(path: string, route: RouteModel, action: ForwardAction): string {
  if (action.replace_prefix === undefined) return path
  const below = belowPrefix(path, route)
  return trimPrefix(action.replace_prefix) + below || '/'
}

/** Builds the request for the origin. Rejects only when a fact cannot be signed, which hygiene has ruled out. */
export async function buildOutbound(
  vetted: Vetted,
  signing: Signing,
  freshness: Freshness,
  cover: BodyCover,
): Promise<Outbound> {
  const { facts, route, action } = vetted
  const headers = keepHeaders(vetted)
  const message = describe(vetted, originPath(facts.target.path, route, action), cover)
  const signed = await signing.signer.sign(message, freshness)
  if (cover.contentDigest !== undefined) headers.set('content-digest', cover.contentDigest)
  if (cover.body !== undefined) headers.set('sallyport-body', cover.body)
  headers.set('sallyport-client', message.client)
  headers.set('sallyport-verdict', message.verdict)
  headers.set('sallyport-request-id', message.requestId)
  headers.set('signature-input', signed.signatureInput)
  headers.set('signature', signed.signature)
  if (signing.tokens)
    headers.set('sallyport-jwt', await signToken(signing.tokens, vetted, message, freshness))
  return { url: action.origin + message.path + facts.target.query, headers, signature: signed.signature }
}

/** The client's own fields as the policy lets them through. */
function keepHeaders({ facts, route, edits }: Vetted): Headers {
  const headers = facts.headers.copyKept()
  dropOwnCookies(headers, facts.headers.get('cookie'))
  editHeaders(headers, route.request_headers)
  if (edits) applyHeaderEdits(headers, edits)
  if (facts.headers.get('upgrade')?.toLowerCase() === 'websocket') headers.set('upgrade', 'websocket')
  return headers
}

function describe(vetted: Vetted, path: string, { contentDigest, body }: BodyCover): SignedMessage {
  const { facts, route, action, policy, logged, bot } = vetted
  const client = formatClient(facts)
  const verdict = serializeVerdict({
    action: 'pass',
    policy,
    route: route.id,
    log: logged,
    ...(bot === undefined ? {} : { bot }),
  })
  if (client === undefined || verdict === undefined)
    throw new TypeError('a fact cannot be written in a signed field')
  return {
    method: facts.method,
    authority: authorityOf(action.origin),
    path,
    query: facts.target.query === '' ? '?' : facts.target.query,
    client,
    verdict,
    requestId: serializeRequestId(vetted.requestId),
    contentDigest,
    body,
  }
}

/** The token says what the signed fields say, as a reader of them understands it. */
function signToken(
  tokens: TokenSigner,
  { facts, requestId }: Vetted,
  { method, authority, path, ...fields }: SignedMessage,
  freshness: Freshness,
): Promise<string> {
  const client = parseClient(fields.client)
  const verdict = parseVerdict(fields.verdict)
  if (!client || !verdict) throw new TypeError('a fact cannot be read from its signed field')
  const { query } = facts.target
  return tokens.sign({ method, authority, path, query, client, verdict, requestId }, freshness)
}

function dropOwnCookies(headers: Headers, field: string | undefined): void {
  if (field === undefined) return
  const kept = withoutOwnCookies(field)
  if (kept === undefined) headers.delete('cookie')
  // Not put back when it was dropped for another reason.
  else if (kept !== field && headers.has('cookie')) headers.set('cookie', kept)
}

/** `http://origin.example:8080` → `origin.example:8080`; the policy check has removed default ports. */
function authorityOf(origin: string): string {
  return origin.slice(origin.indexOf('://') + 3)
}

function formatClient({ client, host, scheme }: RequestFacts): string | undefined {
  return serializeClient({
    ip: client.address === undefined ? '0.0.0.0' : formatAddress(client.address),
    host: host.authority,
    scheme,
    ...(client.country === undefined ? {} : { country: client.country }),
    ...(client.asn === undefined ? {} : { asn: client.asn }),
    ...(client.colo === undefined ? {} : { colo: client.colo }),
    ...(client.tls === undefined ? {} : { tls: client.tls }),
    ...(client.protocol === undefined ? {} : { protocol: client.protocol }),
  })
}
