/**
 * The request as the origin would get it, but for its signature.
 * @module
 */
import type { RequestFacts } from '../../http/facts.ts'
import { formatRequestId } from '../../http/request-id.ts'
import { buildOutbound } from '../../shield/outbound.ts'
import type { Signer } from '../../signature/sign.ts'
import type { TrialRun } from './trial.ts'

export interface OriginRequest {
  readonly method: string
  readonly url: string
  /** Without those that are made when it is sent. */
  readonly headers: Headers
  /** Fields that are made when it is sent. */
  readonly later: readonly string[]
}

const NO_SIGNATURE: Signer = { sign: async () => ({ signatureInput: '', signature: '' }) }
const LATER = ['sallyport-request-id', 'signature-input', 'signature']

/** Whether the signature covers the content, and so a digest of it is sent: see `forward`. */
function isDigested({ method, hasBody, headers }: RequestFacts, most: number): boolean {
  if (!hasBody) return most > 0 && method !== 'GET' && method !== 'HEAD'
  const declared = headers.get('content-length')
  return declared !== undefined && Number(declared) <= most
}

/** `undefined` for a request that does not go to an origin, or that could not be signed. */
export async function buildOriginRequest(
  { outcome, terminal }: TrialRun,
  facts: RequestFacts,
  policy: string,
): Promise<OriginRequest | undefined> {
  const route = outcome.route?.model
  if (terminal !== undefined || route?.action.kind !== 'forward') return undefined
  const vetted = {
    facts,
    route,
    action: route.action,
    requestId: formatRequestId(0, new Uint8Array(10)),
    policy,
    logged: outcome.logged.slice(0, 16).map(({ rule }) => rule),
    ...(outcome.requestEdits ? { edits: outcome.requestEdits } : {}),
  }
  try {
    const { url, headers } = await buildOutbound(vetted, NO_SIGNATURE, { created: 0, nonce: '' }, undefined)
    const later = isDigested(facts, route.digest_body) ? ['content-digest', ...LATER] : LATER
    for (const name of later) headers.delete(name)
    return { method: facts.method, url, headers, later }
  } catch (error) {
    // A fact that cannot stand in a field: hygiene refuses those that a client can send.
    if (error instanceof TypeError) return undefined
    throw error
  }
}
