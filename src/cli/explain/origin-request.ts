/**
 * The request as the origin would get it, but for its signature.
 * @module
 */
import type { PolicyModel, RouteModel } from '../../bundle/model.ts'
import type { RequestFacts } from '../../http/facts.ts'
import { formatRequestId } from '../../http/request-id.ts'
import { describeAssessment } from '../../ingress/bots/describe-assessment.ts'
import { buildOutbound, type Signing } from '../../shield/outbound.ts'
import { COLLECTED_BYTES } from '../../shield/outbound-body.ts'
import type { TrialRun } from './trial.ts'

export interface OriginRequest {
  readonly method: string
  readonly url: string
  /** Without those that are made when it is sent. */
  readonly headers: Headers
  /** Fields that are made when it is sent. */
  readonly later: readonly string[]
}

const NO_SIGNATURE: Signing = { signer: { sign: async () => ({ signatureInput: '', signature: '' }) } }
const LATER = ['sallyport-request-id', 'signature-input', 'signature']

/** The field that binds the content, if one is sent: see `readBody` of the shield. */
function bodyField(
  { method, hasBody, headers }: RequestFacts,
  { digest_body, sign_body }: RouteModel,
): readonly string[] {
  const signsAll = sign_body === 'all'
  const most = signsAll ? Math.max(digest_body, COLLECTED_BYTES) : digest_body
  const declared = headers.get('content-length')
  const isDigested = hasBody
    ? declared !== undefined && Number(declared) <= most
    : most > 0 && method !== 'GET' && method !== 'HEAD'
  if (isDigested) return ['content-digest']
  return hasBody && signsAll ? ['sallyport-body'] : []
}

/** `undefined` for a request that does not go to an origin, or that could not be signed. */
export async function buildOriginRequest(
  { outcome, terminal }: TrialRun,
  facts: RequestFacts,
  { version, settings: { origin_jwt } }: PolicyModel,
): Promise<OriginRequest | undefined> {
  const route = outcome.route?.model
  if (terminal !== undefined || route?.action.kind !== 'forward') return undefined
  const vetted = {
    facts,
    route,
    action: route.action,
    requestId: formatRequestId(0, new Uint8Array(10)),
    policy: version,
    logged: outcome.logged.slice(0, 16).map(({ rule }) => rule),
    ...(outcome.bot ? { bot: describeAssessment(outcome.bot) } : {}),
    ...(outcome.requestEdits ? { edits: outcome.requestEdits } : {}),
  }
  try {
    const { url, headers } = await buildOutbound(vetted, NO_SIGNATURE, { created: 0, nonce: '' }, {})
    const token = origin_jwt === true ? ['sallyport-jwt'] : []
    const later = [...bodyField(facts, route), ...LATER, ...token]
    for (const name of later) headers.delete(name)
    return { method: facts.method, url, headers, later }
  } catch (error) {
    // A fact that cannot stand in a field: hygiene refuses those that a client can send.
    if (error instanceof TypeError) return undefined
    throw error
  }
}
