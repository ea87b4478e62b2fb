/**
 * The rules of bodies: one entry each, with what it says to the client and how an operator lets it pass.
 * @module
 */
import type { Decision, Mode } from '../decision.ts'

export interface BodyRule {
  readonly status: 400 | 408 | 413 | 415
  readonly reason: string
  readonly fix: string
}

const raise = (key: string): string => `Raise \`${key}\` under \`bodies\` in rules/dos.yaml.`
const FIX_CLIENT = 'Fix the client, or set `mode: log` under `bodies` in rules/dos.yaml.'

/** What can be wrong with a body. The rule's id is `body.` and this. */
export type BodyFault =
  | 'slow'
  | 'coding'
  | 'type'
  | 'charset'
  | 'compressed-bomb'
  | 'compressed-malformed'
  | 'json-malformed'
  | 'json-depth'
  | 'json-keys'
  | 'json-items'
  | 'json-string'
  | 'xml-malformed'
  | 'xml-doctype'
  | 'xml-depth'
  | 'xml-elements'
  | 'xml-attributes'
  | 'form-keys'
  | 'form-malformed'

export const BODY_RULES: Readonly<Record<BodyFault, BodyRule>> = {
  slow: {
    status: 408,
    reason: 'The content came too slowly.',
    fix: 'Raise `first_byte` or `deadline`, or lower `min_rate`, under `bodies` in rules/dos.yaml.',
  },
  coding: {
    status: 415,
    reason: 'The content is encoded more than once, or with a coding that is not taken here.',
    fix: 'Add the coding to `compressed.allow` under `bodies` in rules/dos.yaml; more than one is never taken.',
  },
  type: {
    status: 415,
    reason: 'The content has more than one type, of which an origin may take any.',
    fix: 'Send one Content-Type, with commas in quotes only, or set `mode: log` under `bodies` in rules/dos.yaml.',
  },
  charset: {
    status: 415,
    reason: 'The content is in a character encoding that does not keep ASCII as it is.',
    fix: 'Send UTF-8, or set `mode: log` under `bodies` in rules/dos.yaml.',
  },
  'compressed-bomb': {
    status: 413,
    reason: 'The compressed content becomes too large, or is made to cost work.',
    fix: raise('compressed.max_size` or `compressed.max_ratio'),
  },
  'compressed-malformed': {
    status: 400,
    reason: 'The content is not in the coding that Content-Encoding names, or is cut off.',
    fix: FIX_CLIENT,
  },
  'json-malformed': { status: 400, reason: 'The content is not JSON (RFC 8259).', fix: FIX_CLIENT },
  'json-depth': {
    status: 413,
    reason: 'The JSON has too many arrays and objects within one another.',
    fix: raise('json.max_depth'),
  },
  'json-keys': {
    status: 413,
    reason: 'An object of the JSON has too many keys.',
    fix: raise('json.max_keys'),
  },
  'json-items': { status: 413, reason: 'The JSON has too many values.', fix: raise('json.max_items') },
  'json-string': { status: 413, reason: 'A string of the JSON is too long.', fix: raise('json.max_string') },
  'xml-malformed': { status: 400, reason: 'The content is not well-formed XML.', fix: FIX_CLIENT },
  'xml-doctype': {
    status: 400,
    reason: 'The XML has a document type or entities of its own.',
    fix: 'Send the document without DOCTYPE, or set `mode: log` under `bodies` in rules/dos.yaml.',
  },
  'xml-depth': {
    status: 413,
    reason: 'The XML has too many elements within one another.',
    fix: raise('xml.max_depth'),
  },
  'xml-elements': { status: 413, reason: 'The XML has too many elements.', fix: raise('xml.max_elements') },
  'xml-attributes': {
    status: 413,
    reason: 'An element of the XML has too many attributes.',
    fix: raise('xml.max_attributes'),
  },
  'form-keys': { status: 413, reason: 'The form has too many fields.', fix: raise('form.max_keys') },
  'form-malformed': {
    status: 400,
    reason: 'The multipart form names no boundary, or one that is none (RFC 2046 section 5.1.1).',
    fix: FIX_CLIENT,
  },
}

/** What a fault in the content comes to. In `log` mode the decision is for the record only. */
export function decideFault(fault: BodyFault, mode: Exclude<Mode, 'off'>): Decision {
  const { status, reason, fix } = BODY_RULES[fault]
  return {
    action: 'block',
    stage: 'body',
    rule: `body.${fault}`,
    reason,
    fix,
    mode,
    status,
    // What is left of the content is not read: the connection cannot be used again (RFC 9112 section 9.6).
    close: true,
  }
}
