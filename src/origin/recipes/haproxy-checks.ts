/**
 * The rules of HAProxy that decide: cheap ones first, one HMAC at most, then the nonce.
 *
 * Each stage leaves a variable that the next one needs, so a request that fails early costs little, and a variable
 * that is missing refuses: no condition here comes true for want of a value.
 * @module
 */
import { LABEL } from '../../signature/profile.ts'
import type { Description } from './description.ts'
import {
  CLIENT_PATTERN,
  COVERED_INPUT,
  NOMINATED_PATTERN,
  PLAIN_INPUT,
  REPEATED_PATTERN,
  REQUEST_ID_PATTERN,
  START_LENGTH,
  TARGET_PATTERN,
  TWIN_PATTERN,
  VERDICT_PATTERN,
} from './haproxy-patterns.ts'

/** The spellings of `Host` that mean this authority: with the scheme's default port, and without. */
function spellAuthority(authority: string, scheme: 'http' | 'https'): string {
  const hasPort = /:[0-9]+$/.test(authority)
  return hasPort ? authority : `${authority} ${authority}:${scheme === 'https' ? 443 : 80}`
}

/** Conditions by name. The names are used by `formatChecks` and `formatRefusals`. */
export function formatConditions({ authorities, scheme, skew, maxTtl }: Description): readonly string[] {
  const hosts = authorities.map((authority) => spellAuthority(authority, scheme)).join(' ')
  return [
    `acl sp_target    url -m reg '${TARGET_PATTERN}'`,
    `acl sp_ambiguous req.hdr_names -m reg '${REPEATED_PATTERN}|${TWIN_PATTERN}'`,
    `acl sp_repeated  req.hdr_names -m reg '${REPEATED_PATTERN}'`,
    `acl sp_twin      req.hdr_names -m reg '${TWIN_PATTERN}'`,
    `acl sp_nominates req.hdr(connection) -m reg -i '${NOMINATED_PATTERN}'`,
    `acl sp_plain     var(txn.sp_input) -m reg '${PLAIN_INPUT.pattern}'`,
    `acl sp_covering  var(txn.sp_input) -m reg '${COVERED_INPUT.pattern}'`,
    'acl sp_times     var(txn.sp_times) -m found',
    'acl sp_covered   var(txn.sp_covered) -m found',
    'acl sp_get       method GET HEAD',
    'acl sp_content   req.hdr_val(content-length) gt 0',
    'acl sp_content   req.fhdr_cnt(transfer-encoding) gt 0',
    `acl sp_host      req.fhdr(host) -i -m str ${hosts}`,
    `acl sp_begun     date(${skew}),sub(txn.sp_created) ge 0`,
    `acl sp_lasts     date(-${skew}),neg,add(txn.sp_expires) ge 0`,
    `acl sp_life      var(txn.sp_expires),sub(txn.sp_created) 1:${maxTtl}`,
    'acl sp_recent    var(txn.sp_created),sub(proc.sp_start) ge 0',
    'acl sp_key       var(txn.sp_key) -m found',
    `acl sp_label     var(txn.sp_signature) -m beg ${LABEL}=:`,
    `acl sp_mac       var(txn.sp_signature),bytes(${START_LENGTH + 1}),secure_memcmp(txn.sp_mac)`,
    `acl sp_client    var(txn.sp_client) -m reg '${CLIENT_PATTERN}'`,
    `acl sp_verdict   var(txn.sp_verdict) -m reg '${VERDICT_PATTERN}'`,
    `acl sp_id        var(txn.sp_id) -m reg '${REQUEST_ID_PATTERN}'`,
    'acl sp_unused    sc0_inc_gpc0 1',
    'acl sp_admitted  var(req.sp_signed) -m found',
    'acl sp_signed    var(req.sp_signed) -m bool',
  ]
}

/** The `@authority` line's value: written out when there is one, else the one that `Host` means. */
function readAuthority({ authorities, scheme }: Description): { rules: string[]; value: string } {
  const [only = ''] = authorities
  if (authorities.length === 1) return { rules: [], value: only }
  const rules = authorities.map((authority) => {
    const spelled = spellAuthority(authority, scheme)
    return `http-request set-var(txn.sp_authority) str(${authority}) if sp_key { req.fhdr(host) -i -m str ${spelled} }`
  })
  return { rules, value: '%[var(txn.sp_authority)]' }
}

/** How the signature base (RFC 9421 section 2.5) begins, as a format between double quotes. */
function formatLine(authority: string): string {
  const lines = [
    '\\"@method\\": %[method]',
    `\\"@authority\\": ${authority}`,
    '\\"@path\\": %[path]',
    '\\"@query\\": ?%[query]',
    '\\"sallyport-client\\": ',
  ]
  return lines.join('\\n')
}

/** The rest of the base, its HMAC, and the text that has to stand in `Signature`. */
const MAC: string = [
  'var(txn.sp_line)',
  String.raw`concat(,txn.sp_client,'\n\"sallyport-verdict\": ')`,
  String.raw`concat(,txn.sp_verdict,'\n\"sallyport-request-id\": ')`,
  String.raw`concat(,txn.sp_id,'\n')`,
  String.raw`concat(,txn.sp_digest,'\"@signature-params\": ')`,
  'concat(,txn.sp_params)',
  'hmac(sha256,txn.sp_key)',
  'base64',
  'concat(:)',
].join(',')

const READING: readonly string[] = [
  '# Read once. Of a field that came twice this is the last, and then sp_ambiguous refuses.',
  'http-request set-var(txn.sp_input) req.fhdr(signature-input)',
  'http-request set-var(txn.sp_signature) req.fhdr(signature)',
  'http-request set-var(txn.sp_client) req.fhdr(sallyport-client)',
  'http-request set-var(txn.sp_verdict) req.fhdr(sallyport-verdict)',
  'http-request set-var(txn.sp_id) req.fhdr(sallyport-request-id)',
]

/** The rest of `Signature-Input` from `created=` on, where every part but the last has its fixed place. */
const FORM: readonly string[] = [
  '# The one form that the edge writes, so that each part is at a known place. Nothing twice, no other spellings.',
  `http-request set-var(txn.sp_times) var(txn.sp_input),bytes(${PLAIN_INPUT.offset}) if sp_plain sp_target !sp_ambiguous !sp_nominates`,
  `http-request set-var(txn.sp_covered) bool(true) if !sp_times sp_covering sp_target !sp_ambiguous !sp_nominates`,
  `http-request set-var(txn.sp_times) var(txn.sp_input),bytes(${COVERED_INPUT.offset}) if sp_covered`,
  '# The edge lets no GET or HEAD with content through: somebody has put this one behind the signature.',
  'http-request unset-var(txn.sp_times) if sp_get sp_content !sp_covered',
  'http-request set-var(txn.sp_created) var(txn.sp_times),bytes(8,10),field(1,;),add(0)',
  'http-request set-var(txn.sp_expires) var(txn.sp_times),bytes(27,10),field(1,;),add(0)',
]

/** Rules that set `req.sp_signed` to true for a request that the edge has signed, the first time it comes. */
export function formatChecks(description: Description, map: string): readonly string[] {
  const authority = readAuthority(description)
  return [
    ...READING,
    ...FORM,
    '# Now, for us, and under a key that we know.',
    `http-request set-var(txn.sp_key) "var(txn.sp_times),bytes(76),field(1,'\\"'),map_str(${map})" if sp_life sp_begun sp_lasts sp_host`,
    ...authority.rules,
    '# The bytes that were signed. A value that is missing is empty here, and then no signature matches.',
    'http-request set-var-fmt(txn.sp_digest) "\\"content-digest\\": %[req.fhdr(content-digest)]\\n" if sp_covered { req.fhdr_cnt(content-digest) 1 }',
    `http-request set-var(txn.sp_params) var(txn.sp_input),bytes(${START_LENGTH}) if sp_key`,
    `http-request set-var-fmt(txn.sp_line) "${formatLine(authority.value)}" if sp_key`,
    `http-request set-var(txn.sp_mac) "${MAC}"`,
    '# The nonce of a right signature counts once. A full table has no place for it, and then nobody gets in.',
    'http-request track-sc0 var(txn.sp_times),bytes(45,22) table sallyport_nonces if sp_label sp_mac sp_client sp_verdict sp_id sp_recent',
    'http-request set-var(req.sp_signed) bool(true) if sp_unused',
  ]
}
