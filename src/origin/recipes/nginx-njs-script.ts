/**
 * The check in JavaScript for njs, from 0.7.9 on: nothing newer is used.
 * @module
 */
import { formatAuthority } from '../../signature/base.ts'
import { COMPONENTS, LABEL, TAG } from '../../signature/profile.ts'
import { FAMILIES } from '../restore.ts'
import type { Description } from './description.ts'
import { CLEARED_FIELDS } from './nginx-cleared.ts'
import { NJS_CHECK } from './nginx-njs-check.ts'

/** A regular expression's text for any of these names. */
function anyOf(names: readonly string[]): string {
  return names.map((name) => name.replace(/[.[\]/]/g, '\\$&')).join('|')
}

/** A literal each, as njs runs a module anew for each request: what it computes there it computes every time. */
function formatSettings(
  { authorities, scheme, skew, maxTtl, unsigned }: Description,
  lastMoment: number,
): string {
  const port = scheme === 'https' ? 443 : 80
  const hosts = authorities.map((authority) => formatAuthority(authority, scheme))
  const cleared = CLEARED_FIELDS.map((name) => name.toLowerCase())
  const members = cleared.filter((name) => FAMILIES.some((family) => name.startsWith(family)))
  return String.raw`// Seconds.
const SKEW = ${skew};
const MAX_TTL = ${maxTtl};
// After created: later, nginx may have forgotten the nonce.
const LAST_MOMENT = ${lastMoment};

// What the edge sends as Host, in lower case; the default port may be there or not.
const AUTHORITY = /^(${anyOf(hosts)})(?::${port})?$/;

// Health probes that pass unsigned.
const PROBE = /^(?:${unsigned.length === 0 ? '(?!)' : anyOf(unsigned)})$/;

// Names that claim an identity begin so. sallyport.conf takes away the members it knows; a request with any other
// member is refused.
const CLAIM = /^(?:${anyOf(FAMILIES)})/;
const CLEARED = /^(?:${anyOf(members)})$/;

const LINE = /^([A-Za-z0-9!#$%&'*+.^_|~\x60-]{1,32}) (\/[\x21\x22\x24-\x7e]*) HTTP\/1\.[01]$/;
const INPUT = /^${LABEL}=(\(${COMPONENTS}( "content-digest")?\);created=([1-9][0-9]{9});expires=([1-9][0-9]{9});nonce="([A-Za-z0-9_-]{21}[AQgw])";keyid="([A-Za-z0-9._-]{1,64})";tag="${TAG}")$/;
// The last digit's unused bits are zero: each signature has one spelling.
const SIGNATURE = /^${LABEL}=:([A-Za-z0-9+\/]{42}[AEIMQUYcgkosw048]=):$/;
// Any other option would be a field that is taken away on the way (RFC 9110 section 7.6.1).
const CONNECTION = /^[ \t,]*(?:(?:close|keep-alive|upgrade|te)[ \t,]*)*$/i;
`
}

/**
 * The text of `sallyport.js`.
 * @param lastMoment Seconds after `created` up to which a request is admitted.
 */
export function formatNjsScript(description: Description, lastMoment: number): string {
  return `// Sallyport's second door for nginx: lets in what the edge has signed, once. Loaded by sallyport.conf.
import crypto from 'crypto';
import fs from 'fs';

${formatSettings(description, lastMoment)}${NJS_CHECK}`
}
