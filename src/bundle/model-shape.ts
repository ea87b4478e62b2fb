/**
 * The shape of `PolicyModel`, checked when a bundle is opened. Beside types it holds what would make a stage
 * throw later: header names and values, URLs and status codes that the runtime refuses.
 * @module
 */
import { RELAXATIONS } from '../http/anomaly-rules.ts'
import { isLogicalNode, isValueNode } from '../lang/ast-shape.ts'
import { MAX_TTL } from '../signature/profile.ts'
import { isBotsModel } from './bots-shape.ts'
import { isDosModel } from './dos-shape.ts'
import type { PolicyModel } from './model.ts'
import {
  isAnyOf,
  isFlag,
  isListOf,
  isMatch,
  isObject,
  isOneOf,
  isPairOf,
  isText,
  isWhole,
  type Shape,
} from './shape.ts'

const isMode = isOneOf('off', 'log', 'enforce')
const isCount = isWhole(0, Number.MAX_SAFE_INTEGER)
const isPath = isMatch(/^\/[\x21-\x7e]*$/)
const isTexts = isListOf(isText)
/** RFC 9110 section 5.6.2. */
const isToken = isMatch(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/)
/** RFC 9110 section 5.5, without obs-text. */
const isFieldValue = isMatch(/^(?:[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?)?$/)

const isPathPattern = isObject({ kind: isOneOf('exact', 'prefix'), value: isPath })
const isScope = isObject({ hosts: isTexts, paths: isListOf(isPathPattern), methods: isListOf(isToken) })

const isSettings = isObject(
  {
    unknown_host: isOneOf(404, 421),
    stages: isObject(
      { hygiene: isMode, access: isMode, rules: isMode, limits: isMode, dos: isMode },
      { bots: isMode },
    ),
    signature_ttl: isWhole(1, MAX_TTL),
    records_per_second: isCount,
    record_query: isFlag,
  },
  { origin_jwt: isFlag },
)

const isHygiene = isObject({
  methods: isListOf(isToken),
  max_url_bytes: isCount,
  max_header_count: isCount,
  max_header_bytes: isCount,
  max_header_value_bytes: isCount,
  max_query_parameters: isCount,
  max_cookies: isCount,
  max_cookie_bytes: isCount,
  trailing_host_dot: isOneOf('strip', 'refuse'),
})

const isAsns = isListOf(isWhole(0, 0xffffffff))
const isCountries = isListOf(isMatch(/^[A-Z][A-Z0-9]$/))

const isGuard = isObject({
  id: isText,
  description: isText,
  mode: isMode,
  scope: isScope,
  prefixes: isText,
  asns: isObject({ allow: isAsns, deny: isAsns }),
  countries: isObject({ allow: isCountries, deny: isCountries }),
  allow_listed_only: isFlag,
})

/** Names in expressions, after `$`. */
const isListName = isMatch(/^[a-z0-9_]{1,50}$/)
const isList = isAnyOf(
  isObject({ name: isListName, kind: isOneOf('ip'), part: isText, count: isCount }),
  isObject({ name: isListName, kind: isOneOf('asn'), values: isAsns }),
  isObject({ name: isListName, kind: isOneOf('country'), values: isCountries }),
  isObject({ name: isListName, kind: isOneOf('hostname'), values: isTexts }),
)

const isCharacteristic = isAnyOf(
  isObject({ kind: isOneOf('ip.src', 'cf.colo.id', 'ip.src.asnum', 'ip.src.country') }),
  isObject({ kind: isOneOf('http.host', 'http.request.method', 'http.request.uri.path', 'http.user_agent') }),
  isObject({ kind: isOneOf('http.request.headers'), name: isToken }),
  isObject({ kind: isOneOf('http.request.cookies', 'http.request.uri.args'), name: isText }),
  isObject({ kind: isOneOf('expression'), node: isValueNode, source: isText }),
)

const WEEK = 604_800
const MONTH = 2_592_000

const isLimitFields = {
  id: isText,
  description: isText,
  mode: isMode,
  scope: isScope,
  requests_to_origin: isFlag,
  characteristics: isListOf(isCharacteristic),
  readsBody: isFlag,
  period: isWhole(1, 86_400),
  requests_per_period: isWhole(1, Number.MAX_SAFE_INTEGER),
  mitigation_timeout: isWhole(0, WEEK),
  action: isOneOf('block', 'throttle', 'log', 'js_challenge', 'managed_challenge', 'challenge'),
  on_error: isOneOf('open', 'local', 'closed'),
  timeout_ms: isWhole(1, 600_000),
  status: isWhole(400, 499),
  counting_scope: isOneOf('colo', 'region', 'global'),
  accuracy: isOneOf('strict', 'balanced', 'relaxed'),
  announce: isFlag,
}
const isLimit = isObject(isLimitFields, {
  filter: isLogicalNode,
  counting: isObject({ filter: isLogicalNode, readsResponse: isFlag }),
  score_header: isToken,
  escalate: isObject({ factor: isWhole(2, 100), max: isWhole(1, WEEK) }),
  ban: isObject({ after: isWhole(1, 100), timeout: isWhole(1, MONTH) }),
  response: isObject({ content_type: isFieldValue, content: isText }),
})

const isHeader = isPairOf(isToken, isFieldValue)
const isHeaderEdits = isObject({
  set: isListOf(isHeader),
  add: isListOf(isHeader),
  remove: isListOf(isToken),
})

const isOrigin: Shape = (value) =>
  typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value)
const isForward = isObject(
  { kind: isOneOf('forward'), origin: isOrigin, timeout_ms: isWhole(0, 3_600_000) },
  { replace_prefix: isPath },
)
const isRedirect = isObject({
  kind: isOneOf('redirect'),
  status: isOneOf(301, 302, 303, 307, 308),
  location: isFieldValue,
  preserve_path: isFlag,
  preserve_query: isFlag,
})
const isRespond = isObject({
  kind: isOneOf('respond'),
  status: isWhole(200, 599),
  content_type: isFieldValue,
  body: isText,
})

const PHASES = [
  'http_request_dynamic_redirect',
  'http_request_firewall_custom',
  'http_request_late_transform',
  'http_response_headers_transform',
]

const isSetOrAdd = isOneOf('set', 'add')
const isRewrite = isAnyOf(
  isObject({ operation: isOneOf('remove'), name: isToken }),
  isObject({ operation: isSetOrAdd, name: isToken, value: isFieldValue }),
  isObject({ operation: isSetOrAdd, name: isToken, expression: isValueNode }),
)

const isRuleAction = isAnyOf(
  isObject({ kind: isOneOf('block'), status: isWhole(400, 499) }),
  isObject({ kind: isOneOf('js_challenge', 'challenge', 'managed_challenge', 'log') }),
  isObject({
    kind: isOneOf('skip'),
    current: isFlag,
    phases: isListOf(isOneOf(...PHASES, 'http_ratelimit', 'http_request_sbfm')),
    rules: isTexts,
  }),
  isObject({
    kind: isOneOf('redirect'),
    status: isOneOf(301, 302, 303, 307, 308),
    target: isAnyOf(isFieldValue, isValueNode),
    preserve_query: isFlag,
  }),
  isObject({ kind: isOneOf('rewrite'), headers: isListOf(isRewrite) }),
)

const isRule = isObject({
  id: isText,
  description: isText,
  phase: isOneOf(...PHASES),
  mode: isMode,
  percentage: isWhole(0, 100),
  filter: isLogicalNode,
  expression: isText,
  action: isRuleAction,
})

const isRelaxation = isOneOf(...RELAXATIONS)

const isRoute = isObject(
  {
    id: isText,
    description: isText,
    hosts: isTexts,
    path: isPathPattern,
    action: isAnyOf(isForward, isRedirect, isRespond),
    relax: isListOf(isRelaxation),
    max_body: isCount,
    digest_body: isCount,
    request_headers: isHeaderEdits,
    response_headers: isHeaderEdits,
  },
  { sign_body: isOneOf('all') },
)

const isModel = isObject(
  {
    schema: isOneOf(3),
    version: isText,
    settings: isSettings,
    hygiene: isHygiene,
    access: isListOf(isGuard),
    lists: isListOf(isList),
    rules: isListOf(isRule),
    limits: isListOf(isLimit),
    dos: isDosModel,
    routes: isListOf(isRoute),
  },
  { bots: isBotsModel },
)

/** True when `value` has the shape of schema 3. */
export function isPolicyModel(value: unknown): value is PolicyModel {
  return isModel(value)
}
