/**
 * Cloudflare's fields that cannot be known here, and why: one sentence that the error shows.
 * @module
 */

export interface UnavailableFields {
  readonly reason: string
  /** Names with their types, in the notation of Cloudflare's scheme. */
  readonly fields: readonly (readonly [name: string, type: string])[]
}

const claims = (name: string, type: string): (readonly [string, string])[] => [
  [`http.request.jwt.claims.${name}`, `Map(Array(${type}))`],
  [`http.request.jwt.claims.${name}.names`, 'Array(Bytes)'],
  [`http.request.jwt.claims.${name}.values`, `Array(${type})`],
]

export const UNAVAILABLE_FIELDS: readonly UnavailableFields[] = [
  {
    reason:
      'Content in parts (multipart/form-data) is not taken apart: count by http.request.body.raw or .size.',
    fields: [
      ['http.request.body.multipart', 'Map(Array(Bytes))'],
      ['http.request.body.multipart.content_dispositions', 'Array(Array(Bytes))'],
      ['http.request.body.multipart.content_transfer_encodings', 'Array(Array(Bytes))'],
      ['http.request.body.multipart.content_types', 'Array(Array(Bytes))'],
      ['http.request.body.multipart.filenames', 'Array(Array(Bytes))'],
      ['http.request.body.multipart.names', 'Array(Array(Bytes))'],
      ['http.request.body.multipart.values', 'Array(Bytes)'],
    ],
  },
  {
    reason: 'No token configuration says which tokens to trust, so claims cannot be checked here.',
    fields: [
      ...claims('aud', 'Bytes'),
      ...claims('exp.sec', 'Int'),
      ...claims('iat.sec', 'Int'),
      ...claims('iss', 'Bytes'),
      ...claims('jti', 'Bytes'),
      ...claims('nbf.sec', 'Int'),
      ...claims('sub', 'Bytes'),
    ],
  },
  {
    reason: "Only Cloudflare's API Shield computes it, and a Worker is not told.",
    fields: [
      ['cf.api_gateway.auth_id_present', 'Bool'],
      ['cf.api_gateway.fallthrough_detected', 'Bool'],
      ['cf.api_gateway.request_violates_schema', 'Bool'],
      ['cf.schema_validation.learned.violated', 'Bool'],
      ['cf.schema_validation.uploaded.violated', 'Bool'],
    ],
  },
  {
    reason: "Only Cloudflare's own WAF computes it, and a Worker is not told.",
    fields: [
      ['cf.waf.auth_detected', 'Bool'],
      ['cf.waf.content_scan.has_failed', 'Bool'],
      ['cf.waf.content_scan.has_malicious_obj', 'Bool'],
      ['cf.waf.content_scan.has_obj', 'Bool'],
      ['cf.waf.content_scan.num_malicious_obj', 'Int'],
      ['cf.waf.content_scan.num_obj', 'Int'],
      ['cf.waf.content_scan.obj_results', 'Array(Bytes)'],
      ['cf.waf.content_scan.obj_sizes', 'Array(Int)'],
      ['cf.waf.content_scan.obj_types', 'Array(Bytes)'],
      ['cf.waf.credential_check.password_leaked', 'Bool'],
      ['cf.waf.credential_check.username_and_password_leaked', 'Bool'],
      ['cf.waf.credential_check.username_leaked', 'Bool'],
      ['cf.waf.credential_check.username_password_similar', 'Bool'],
      ['cf.waf.score', 'Int'],
      ['cf.waf.score.class', 'Bytes'],
      ['cf.waf.score.rce', 'Int'],
      ['cf.waf.score.sqli', 'Int'],
      ['cf.waf.score.xss', 'Int'],
    ],
  },
  {
    reason: "Only Cloudflare's AI Security computes it, and a Worker is not told.",
    fields: [
      ['cf.llm.prompt.custom_topic_categories', 'Map(Int)'],
      ['cf.llm.prompt.detected', 'Bool'],
      ['cf.llm.prompt.injection_score', 'Int'],
      ['cf.llm.prompt.pii_categories', 'Array(Bytes)'],
      ['cf.llm.prompt.pii_detected', 'Bool'],
      ['cf.llm.prompt.token_count', 'Int'],
      ['cf.llm.prompt.unsafe_topic_categories', 'Array(Bytes)'],
      ['cf.llm.prompt.unsafe_topic_detected', 'Bool'],
    ],
  },
  {
    reason: 'A Worker is not told the zone it runs for: compare http.host.',
    fields: [
      ['cf.zone.name', 'Bytes'],
      ['cf.zone.plan', 'Bytes'],
    ],
  },
  {
    reason: 'A Worker is not told the address that the client connected to.',
    fields: [['cf.edge.server_ip', 'Ip']],
  },
  {
    reason:
      'A Worker is told the port that the client writes in Host only, which need not be the one it used.',
    fields: [['cf.edge.server_port', 'Int']],
  },
  {
    reason: 'A Worker is not told it, and the CF-Worker header field can be sent by anybody.',
    fields: [['cf.worker.upstream_zone', 'Bytes']],
  },
  {
    reason: 'A Worker is told the first-level region only: use ip.src.subdivision_1_iso_code.',
    fields: [['ip.src.subdivision_2_iso_code', 'Bytes']],
  },
  {
    reason: 'It has been 0 for every request since Cloudflare retired it: remove the comparison.',
    fields: [['cf.threat_score', 'Int']],
  },
  {
    reason: 'A Worker is not told whether the agent signed its request.',
    fields: [['cf.bot_management.signed_agent', 'Bool']],
  },
  {
    reason: "Cloudflare's own error pages are made after the Worker has answered.",
    fields: [
      ['cf.response.1xxx_code', 'Int'],
      ['cf.response.error_type', 'Bytes'],
    ],
  },
  {
    reason: 'Cloudflare measures it after the Worker has answered.',
    fields: [
      ['cf.timings.edge_msec', 'Int'],
      ['cf.timings.origin_ttfb_msec', 'Int'],
      ['cf.timings.worker_msec', 'Int'],
    ],
  },
]
