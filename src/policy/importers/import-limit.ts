/**
 * Rate limiting rules: `http_ratelimit`.
 * @module
 */
import { COUNTING_PHASE, LIMIT_PHASE } from '../../http/rule-fields/response-phase.ts'
import { parseCharacteristic } from '../characteristics.ts'
import { DAY, MAX_REQUESTS, WEEK } from '../limits-schema.ts'
import type { CloudflareRateLimit, CloudflareResponse, CloudflareRule } from './cloudflare-schema.ts'
import { checkFilter, checkScalar, type ImportContext } from './import-context.ts'
import type { ImportedAction } from './import-custom.ts'

const ACTIONS: ReadonlySet<string> = new Set([
  'block',
  'log',
  'challenge',
  'js_challenge',
  'managed_challenge',
])

const MAX_CONTENT = 30 * 1024

type Keys = Readonly<Record<string, unknown>>

/** Keys to write, or the reason why there are none. */
type Read = { readonly keys: Keys } | { readonly reason: string }

/** What counts, when that is not what is refused. */
function readCounting(context: ImportContext, rule: CloudflareRule, limit: CloudflareRateLimit): Read {
  const counting = (limit.counting_expression ?? '').trim()
  if (counting === '' || counting === rule.expression.trim()) return { keys: {} }
  const wrong = checkFilter(context, counting, COUNTING_PHASE)
  if (wrong !== undefined) return { reason: `Of its counting_expression: ${wrong}` }
  return { keys: { counting_expression: counting === 'true' ? true : counting } }
}

function readAmount(limit: CloudflareRateLimit): Read {
  const { requests_per_period: requests, score_per_period: score, score_response_header_name: header } = limit
  if (requests !== undefined && score !== undefined)
    return { reason: 'It counts requests and a score; a limit counts one of the two.' }
  const amount = requests ?? score
  if (amount === undefined) return { reason: 'It has no requests_per_period.' }
  if (amount < 1 || amount > MAX_REQUESTS)
    return { reason: `${amount} requests are not possible: 1 to ${MAX_REQUESTS}.` }
  if (requests !== undefined) return { keys: { requests_per_period: requests } }
  if (header === undefined) return { reason: 'Its score has no score_response_header_name.' }
  return { keys: { score_per_period: score, score_response_header_name: header } }
}

function readPeriod({ period }: CloudflareRateLimit): Read {
  if (period === undefined) return { reason: 'It has no period.' }
  if (period < 1 || period > DAY) return { reason: `A period of ${period}s is not possible: 1s to ${DAY}s.` }
  return { keys: { period: `${period}s` } }
}

function readMitigation({ mitigation_timeout: seconds = 0 }: CloudflareRateLimit): Read {
  if (seconds < 0 || seconds > WEEK)
    return { reason: `A mitigation_timeout of ${seconds}s is not possible: 0s to ${WEEK}s.` }
  return { keys: { mitigation_timeout: `${seconds}s` } }
}

function readCharacteristics(context: ImportContext, { characteristics = [] }: CloudflareRateLimit): Read {
  if (characteristics.length === 0) return { reason: 'It has no characteristics.' }
  const ours: string[] = []
  for (const text of characteristics) {
    const result = parseCharacteristic(text)
    if (!result.ok) return { reason: `${result.message}. ${result.fix}` }
    if ('expression' in result) {
      const wrong = checkScalar(context, result.expression, LIMIT_PHASE)
      if (wrong !== undefined) return { reason: `Of its characteristics: ${wrong}` }
      ours.push(result.expression)
    } else {
      const { value } = result
      ours.push('name' in value ? `${value.kind}["${value.name}"]` : value.kind)
    }
  }
  return { keys: { characteristics: [...new Set(ours)] } }
}

/** The answer of a refusal. */
function readAnswer({ status_code, content = '', content_type }: CloudflareResponse, notes: string[]): Keys {
  const isPossible = status_code === undefined || (status_code >= 400 && status_code <= 499)
  if (!isPossible) notes.push(`the status ${status_code}: a refusal has 400 to 499.`)
  const status = isPossible && status_code !== undefined ? { status: status_code } : {}
  if (content === '') return status
  if (new TextEncoder().encode(content).length > MAX_CONTENT) {
    notes.push('the content of the response, which is longer than 30 KiB.')
    return status
  }
  return { ...status, response: { ...(content_type === undefined ? {} : { content_type }), content } }
}

/** A limit's keys. */
export function importLimitAction(context: ImportContext, rule: CloudflareRule): ImportedAction {
  const { action, ratelimit: limit, action_parameters: parameters = {} } = rule
  if (!limit) return { ok: false, reason: 'It has no ratelimit.' }
  if (!ACTIONS.has(action)) return { ok: false, reason: `The action ${action} is none of a limit.` }
  const parts = [
    readCounting(context, rule, limit),
    readCharacteristics(context, limit),
    readPeriod(limit),
    readAmount(limit),
    readMitigation(limit),
  ]
  const failed = parts.find((part) => 'reason' in part)
  if (failed && 'reason' in failed) return { ok: false, reason: failed.reason }
  const notes: string[] = []
  const answer = action === 'block' ? readAnswer(parameters.response ?? {}, notes) : {}
  if (action !== 'block' && parameters.response !== undefined)
    notes.push(`the response, which only block has: its action is ${action}.`)
  const keys = Object.assign({}, ...parts.map((part) => ('keys' in part ? part.keys : {}))) as Keys
  const origin = limit.requests_to_origin === true ? { requests_to_origin: true } : {}
  return { ok: true, keys: { ...keys, ...origin, action, ...answer }, notes }
}
