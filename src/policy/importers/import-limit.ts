/**
 * Rate limiting rules: `http_ratelimit`.
 * @module
 */
import { parseCharacteristic } from '../characteristics.ts'
import type { CloudflareRateLimit, CloudflareRule } from './cloudflare-schema.ts'
import { type ImportedAction, importResponse } from './import-custom.ts'

const MAX_PERIOD = 3600
const MAX_MITIGATION = 86_400

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['ip.geoip.asnum', 'ip.src.asnum'],
  ['ip.geoip.country', 'ip.src.country'],
])

interface Numbers {
  readonly period: string
  readonly requests_per_period: number
  readonly mitigation_timeout: string
}

/** Why the limit counts something that cannot be counted here. */
function explainCounting(rule: CloudflareRule, limit: CloudflareRateLimit): string | undefined {
  const { counting_expression: counting = '', score_per_period, score_response_header_name } = limit
  if (score_per_period !== undefined || score_response_header_name !== undefined)
    return 'It counts scores that the origin gives in a response header; only requests are counted here.'
  if (counting.trim() === '' || counting.trim() === rule.expression.trim()) return undefined
  if (counting.includes('http.response.'))
    return 'It counts by the response, and limits decide before there is one.'
  return 'It counts other requests than it refuses (counting_expression); write two limits, or one for both.'
}

function readNumbers(limit: CloudflareRateLimit): Numbers | string {
  const { period, requests_per_period: requests, mitigation_timeout: mitigation = 0 } = limit
  if (period === undefined || requests === undefined) return 'It has no period or no requests_per_period.'
  if (period < 1 || period > MAX_PERIOD)
    return `A period of ${period}s is not possible: 1s to ${MAX_PERIOD}s.`
  if (requests < 1 || requests > 10_000_000) return `${requests} requests are not possible: 1 to 10000000.`
  if (mitigation < 0 || mitigation > MAX_MITIGATION)
    return `A mitigation_timeout of ${mitigation}s is not possible.`
  return { period: `${period}s`, requests_per_period: requests, mitigation_timeout: `${mitigation}s` }
}

function readCharacteristics({ characteristics = [] }: CloudflareRateLimit): readonly string[] | string {
  const ours = [...new Set(characteristics.map((text) => ALIASES.get(text) ?? text))]
  if (ours.length === 0) return 'It has no characteristics.'
  const wrong = ours.map(parseCharacteristic).find((result) => !result.ok)
  return wrong && !wrong.ok ? `${wrong.message}. ${wrong.fix}` : ours
}

function noteDifferences({ requests_to_origin }: CloudflareRateLimit): readonly string[] {
  if (requests_to_origin !== true) return []
  return ['requests_to_origin: every request counts here, whether a cache could answer it or not.']
}

/** A limit's keys. Challenges are none of its actions. */
export function importLimitAction(rule: CloudflareRule): ImportedAction {
  const { action, ratelimit: limit, action_parameters: parameters = {} } = rule
  if (!limit) return { ok: false, reason: 'It has no ratelimit.' }
  if (action !== 'block' && action !== 'log')
    return { ok: false, reason: `A limit blocks or logs; the action ${action} is none of a limit.` }
  const counting = explainCounting(rule, limit)
  if (counting !== undefined) return { ok: false, reason: counting }
  const characteristics = readCharacteristics(limit)
  if (typeof characteristics === 'string') return { ok: false, reason: characteristics }
  const numbers = readNumbers(limit)
  if (typeof numbers === 'string') return { ok: false, reason: numbers }
  const { status, notes } = importResponse(parameters.response)
  const keys = { characteristics, ...numbers, action, ...(status === undefined ? {} : { status }) }
  return { ok: true, keys, notes: [...notes, ...noteDifferences(limit)] }
}
