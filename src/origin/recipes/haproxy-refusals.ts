/**
 * What HAProxy says to a request that it does not admit: nothing to the client, the reason to its log.
 * @module
 */

import type { OriginFailure } from '../outcome.ts'
import { formatProblem } from '../problem.ts'

type Reason = readonly [failure: OriginFailure, condition: string]

/** In the order in which the checks are made: the first that holds is the reason. */
const REASONS: readonly Reason[] = [
  ['unsigned', '!{ var(txn.sp_input) -m found } !{ var(txn.sp_signature) -m found }'],
  ['signature-input-missing', '!{ var(txn.sp_input) -m found }'],
  ['signature-missing', '!{ var(txn.sp_signature) -m found }'],
  ['field-twin', 'sp_twin'],
  ['signature-input-repeated', '{ req.fhdr_cnt(signature-input) gt 1 }'],
  ['signature-repeated', '{ req.fhdr_cnt(signature) gt 1 }'],
  ['field-repeated', 'sp_repeated'],
  ['connection', 'sp_nominates'],
  ['target', '!sp_target'],
  ['signature-input-form', '!sp_plain !sp_covering'],
  ['framing', '!sp_times'],
  ['created', '!sp_begun'],
  ['expires', '!sp_lasts'],
  ['lifetime', '!sp_life'],
  ['authority', '!sp_host'],
  ['keyid', '!sp_key'],
  ['field-repeated', 'sp_covered { req.fhdr_cnt(content-digest) gt 1 }'],
  ['field-missing', 'sp_covered !{ var(txn.sp_digest) -m found }'],
  ['field-missing', '!{ var(txn.sp_client) -m found }'],
  ['field-missing', '!{ var(txn.sp_verdict) -m found }'],
  ['field-missing', '!{ var(txn.sp_id) -m found }'],
  ['algorithm', "{ var(txn.sp_signature) -m reg '^sallyport=:[A-Za-z0-9+/]{85}[AQgw]==:$' }"],
  [
    'signature-form',
    "!{ var(txn.sp_signature) -m reg '^sallyport=:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=:$' }",
  ],
  ['mac', '!sp_mac'],
  ['client', '!sp_client'],
  ['verdict', '!sp_verdict'],
  ['request-id', '!sp_id'],
  ['too-old', '!sp_recent'],
  ['replay-store', '!{ sc0_get_gpc0 gt 0 }'],
]

/** Refusals that are logged per second. A flood is for counters, not for the disk. */
const LOGGED = 20

function formatAnswer(status: 401 | 403, condition: string): string {
  const { headers, body } = formatProblem({ ok: false, status, failure: 'unsigned' })
  const { 'content-type': type, 'content-length': _length, ...others } = headers
  const text = body.replaceAll('"', '\\"').replaceAll('\n', '\\n')
  const fields = Object.entries(others).map(([name, value]) => ` hdr ${name} ${value}`)
  return `http-request return status ${status} content-type ${type} string "${text}"${fields.join('')}${condition}`
}

/** The last rules: whatever has not left before is refused. */
export function formatRefusals(): readonly string[] {
  return [
    '# Everything else is refused. Why, for the log: the first that holds.',
    ...REASONS.map(
      ([failure, condition]) =>
        `http-request set-var(txn.sp_why,ifnotexists) str(${failure}) if ${condition}`,
    ),
    'http-request set-var(txn.sp_why,ifnotexists) str(replayed)',
    `# At most ${LOGGED} refusals in a second are logged.`,
    'http-request track-sc1 int(1) table sallyport_refusals',
    `http-request set-log-level silent if { sc1_http_req_rate gt ${LOGGED} }`,
    formatAnswer(401, ' if { var(txn.sp_why) -m str unsigned }'),
    formatAnswer(403, ''),
  ]
}
