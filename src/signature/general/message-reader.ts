/**
 * Gives the value of any component of one message (RFC 9421 section 2). A field is parsed once, however many
 * of its members are covered, so that the work grows with the message and not with what a signature lists.
 * @module
 */
import type { Component } from './component.ts'
import { combineField, type FieldIndex, indexFields, isCoverable, wrapField } from './field-value.ts'
import type { Message } from './message.ts'
import { parseDictionary, parseField } from './parse-structured.ts'
import { type ComponentValue, createRequestReader, type RequestReader } from './request-component.ts'
import { serializeField, serializeMember } from './serialize-structured.ts'
import type { Dictionary, FieldType } from './structured-value.ts'

export type MessageReader = (component: Component) => ComponentValue

/** Structured fields that hold more are not parsed: nobody has signed for them yet. */
const LIMITS = { maxLength: 8192, maxValues: 256 }

const MISSING: ComponentValue = { failure: 'component-missing' }
const WRONG: ComponentValue = { failure: 'component-value' }
const MISPLACED: ComponentValue = { failure: 'component-misplaced' }

export function createMessageReader(message: Message, types: ReadonlyMap<string, FieldType>): MessageReader {
  const read = createPlainReader(message, types)
  const request = message.kind === 'response' ? message.request : undefined
  let readRequest: MessageReader | undefined
  return (component) => {
    if (!component.req) return read(component)
    if (!request) return MISPLACED
    readRequest ??= createPlainReader(request, types)
    return readRequest(component)
  }
}

/** Reads one message, whatever it answers. */
function createPlainReader(message: Message, types: ReadonlyMap<string, FieldType>): MessageReader {
  const fields = indexFields(message.fields)
  const readField = createFieldReader(fields, types)
  let readTrailer: MessageReader | undefined
  let readDerived: RequestReader | undefined
  return (component) => {
    if (component.tr) {
      readTrailer ??= createFieldReader(indexFields(message.trailers ?? []), types)
      return readTrailer(component)
    }
    if (!component.name.startsWith('@')) return readField(component)
    if (message.kind === 'response') return readStatus(component, message.status)
    readDerived ??= createRequestReader(message, fields)
    return readDerived(component)
  }
}

function readStatus({ name }: Component, status: number): ComponentValue {
  if (name !== '@status') return MISPLACED
  return Number.isInteger(status) && status >= 100 && status <= 999 ? { value: String(status) } : WRONG
}

function createFieldReader(fields: FieldIndex, types: ReadonlyMap<string, FieldType>): MessageReader {
  const dictionaries = new Map<string, Dictionary | undefined>()
  const readDictionary = (name: string, lines: readonly string[]): Dictionary | undefined => {
    if (!dictionaries.has(name)) {
      const value = combineField(name, lines)
      dictionaries.set(name, value === undefined ? undefined : parseDictionary(value, LIMITS)?.members)
    }
    return dictionaries.get(name)
  }
  return ({ name, bs, sf, key }) => {
    const lines = fields.get(name)
    if (!lines) return MISSING
    if (!isCoverable(lines)) return WRONG
    if (key !== undefined) {
      const dictionary = readDictionary(name, lines)
      const member = dictionary?.get(key)
      if (member) return { value: serializeMember(member) }
      return dictionary ? MISSING : WRONG
    }
    const value = bs ? wrapField(lines) : combineField(name, lines)
    if (value === undefined) return WRONG
    if (!sf) return { value }
    const type = types.get(name)
    if (!type) return { failure: 'component-type' }
    const field = parseField(value, type, LIMITS)
    return field ? { value: serializeField(field) } : WRONG
  }
}
