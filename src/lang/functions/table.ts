/**
 * The functions of the Rules language by name. `any` and `all` are not functions but quantifiers.
 * @module
 */
import type { Signature } from '../scheme.ts'
import { CONTAINS, ENDS_WITH, STARTS_WITH } from './affix.ts'
import { DECODE_BASE64, ENCODE_BASE64 } from './base64.ts'
import { BIT_SLICE } from './bit-slice.ts'
import { LOWER, UPPER } from './case.ts'
import { CIDR, CIDR6, IP_IN_RANGE } from './cidr.ts'
import { CONCAT } from './concat.ts'
import type { FunctionDefinition } from './definition.ts'
import { HMAC, SHA256, SHA512 } from './digest.ts'
import { LEN } from './len.ts'
import { LOOKUP_JSON_INTEGER, LOOKUP_JSON_STRING } from './lookup-json.ts'
import { HAS_KEY, HAS_VALUE } from './membership.ts'
import { REGEX_REPLACE } from './regex-replace.ts'
import { REMOVE_BYTES } from './remove-bytes.ts'
import { REMOVE_QUERY_ARGS } from './remove-query-args.ts'
import { JOIN, SPLIT } from './split.ts'
import { SUBSTRING } from './substring.ts'
import { IS_TIMED_HMAC_VALID_V0 } from './timed-hmac.ts'
import { TO_STRING } from './to-string.ts'
import { URL_DECODE } from './url-decode.ts'
import { UUIDV4 } from './uuid.ts'
import { WILDCARD, WILDCARD_REPLACE } from './wildcard.ts'

export const FUNCTIONS: ReadonlyMap<string, FunctionDefinition> = new Map([
  ['bit_slice', BIT_SLICE],
  ['cidr', CIDR],
  ['cidr6', CIDR6],
  ['concat', CONCAT],
  ['contains', CONTAINS],
  ['decode_base64', DECODE_BASE64],
  ['encode_base64', ENCODE_BASE64],
  ['ends_with', ENDS_WITH],
  ['has_key', HAS_KEY],
  ['has_value', HAS_VALUE],
  ['hmac', HMAC],
  ['ip_in_range', IP_IN_RANGE],
  ['is_timed_hmac_valid_v0', IS_TIMED_HMAC_VALID_V0],
  ['join', JOIN],
  ['len', LEN],
  ['lookup_json_integer', LOOKUP_JSON_INTEGER],
  ['lookup_json_string', LOOKUP_JSON_STRING],
  ['lower', LOWER],
  ['regex_replace', REGEX_REPLACE],
  ['remove_bytes', REMOVE_BYTES],
  ['remove_query_args', REMOVE_QUERY_ARGS],
  ['sha256', SHA256],
  ['sha512', SHA512],
  ['split', SPLIT],
  ['starts_with', STARTS_WITH],
  ['substring', SUBSTRING],
  ['to_string', TO_STRING],
  ['upper', UPPER],
  ['url_decode', URL_DECODE],
  ['uuidv4', UUIDV4],
  ['wildcard', WILDCARD],
  ['wildcard_replace', WILDCARD_REPLACE],
])

/** What the checker needs of `FUNCTIONS`. */
export const FUNCTION_SIGNATURES: ReadonlyMap<string, Signature> = new Map(
  [...FUNCTIONS].map(([name, { signature }]) => [name, signature]),
)
