/**
 * Finds `Signature-Input` and `Signature`, and in them the one signature that a policy means.
 * @module
 */
import { type Component, readComponent } from './component.ts'
import type { SignatureFailure } from './failure.ts'
import { combineField } from './field-value.ts'
import type { FieldLines } from './message.ts'
import { parseDictionary } from './parse-structured.ts'
import { serializeParameters } from './serialize-structured.ts'
import { readParameters, type SignatureParameters } from './signature-parameters.ts'
import type { InnerList } from './structured-value.ts'

export interface SignatureTexts {
  /** Value of `Signature-Input`, all lines. */
  readonly input: string
  /** Value of `Signature`, all lines. */
  readonly signature: string
}

/** Which signature to look at. With both, the one with the label has to have the tag. */
export interface Selection {
  readonly label?: string
  /** RFC 9421 section 7.2.7. */
  readonly tag?: string
}

/** One signature as the message has it: nothing in here may be believed before it is checked. */
export interface Candidate {
  readonly label: string
  readonly components: readonly Component[]
  readonly parameters: SignatureParameters
  /** The inner list, serialized: value of `@signature-params`. */
  readonly text: string
  readonly signature: Uint8Array<ArrayBuffer>
}

export interface Refusal {
  readonly ok: false
  readonly failure: SignatureFailure
  /** The component it is about, as the signature base has it: printable ASCII, at most 1,024 characters. */
  readonly component?: string
}

const MAX_LABELS = 16
const MAX_COMPONENTS = 64
const MAX_VALUES = 512

function refuse(failure: SignatureFailure): Refusal {
  return { ok: false, failure }
}

/** Collects both fields, and stops as soon as names and values are longer than `maxLength` together. */
export function findSignatureFields(fields: FieldLines, maxLength: number): SignatureTexts | Refusal {
  const inputs: string[] = []
  const signatures: string[] = []
  let length = 0
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const name = fields[i] ?? ''
    // Most names are passed over without a copy.
    if (name.length !== 15 && name.length !== 9) continue
    const lower = name.toLowerCase()
    const lines = lower === 'signature' ? signatures : lower === 'signature-input' ? inputs : undefined
    if (!lines) continue
    const value = fields[i + 1] ?? ''
    // With the name, so that the number of empty lines is bounded too.
    length += name.length + value.length
    if (length > maxLength) return refuse('signature-length')
    lines.push(value)
  }
  if (inputs.length === 0) return refuse(signatures.length === 0 ? 'unsigned' : 'signature-input-missing')
  if (signatures.length === 0) return refuse('signature-missing')
  const input = combineField('signature-input', inputs)
  if (input === undefined) return refuse('signature-input-form')
  const signature = combineField('signature', signatures)
  return signature === undefined ? refuse('signature-form') : { input, signature }
}

/** Reads both fields and the one signature that is selected. */
export function selectSignature(texts: SignatureTexts, selection: Selection): Candidate | Refusal {
  const { length } = texts.input
  const parsed = parseDictionary(texts.input, { maxLength: length, maxValues: MAX_VALUES })
  if (!parsed || parsed.repeated || parsed.members.size > MAX_LABELS) return refuse('signature-input-form')
  const matches: [string, InnerList][] = []
  for (const [label, member] of parsed.members) {
    if (member.kind !== 'list') return refuse('signature-input-form')
    if (isSelected(label, member, selection)) matches.push([label, member])
  }
  const [match] = matches
  if (!match) return refuse('not-found')
  if (matches.length > 1) return refuse('ambiguous')
  const [label, list] = match
  const signature = readSignature(texts.signature, label)
  if (!(signature instanceof Uint8Array)) return signature
  const parameters = readParameters(list.parameters)
  if (!parameters) return refuse('parameter-form')
  const components = readComponents(list)
  if ('ok' in components) return components
  const identifiers = components.map(({ identifier }) => identifier).join(' ')
  const text = `(${identifiers})${serializeParameters(list.parameters)}`
  return { label, components, parameters, text, signature }
}

function isSelected(label: string, list: InnerList, selection: Selection): boolean {
  if (selection.label !== undefined && selection.label !== label) return false
  const tag = list.parameters.get('tag')
  return selection.tag === undefined || (tag?.type === 'string' && tag.value === selection.tag)
}

function readSignature(text: string, label: string): Uint8Array<ArrayBuffer> | Refusal {
  // Canonical base64 only, so that a signature has one spelling.
  const parsed = parseDictionary(text, { maxLength: text.length, maxValues: MAX_LABELS, canonical: true })
  if (!parsed || parsed.repeated) return refuse('signature-form')
  const member = parsed.members.get(label)
  if (!member) return refuse('signature-missing')
  return member.kind === 'item' && member.value.type === 'bytes'
    ? member.value.value
    : refuse('signature-form')
}

function readComponents(list: InnerList): readonly Component[] | Refusal {
  if (list.items.length > MAX_COMPONENTS) return refuse('signature-input-form')
  const components: Component[] = []
  const seen = new Set<string>()
  for (const item of list.items) {
    const component = readComponent(item)
    if (!component) return refuse('component-form')
    if (seen.has(component.identity)) {
      return { ok: false, failure: 'component-repeated', component: component.identifier }
    }
    seen.add(component.identity)
    components.push(component)
  }
  return components
}
