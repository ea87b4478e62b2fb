/**
 * The signature base (RFC 9421 section 2.5): the exact text that is signed, one component a line.
 * @module
 */
import type { Component } from './component.ts'
import type { ComponentFailure } from './failure.ts'
import type { MessageReader } from './message-reader.ts'

/** Longest base in characters: a field can be covered in several ways, and each copies it. */
const MAX_BASE = 65_536

export type BaseResult =
  /** Printable ASCII, tabs and line feeds. */
  | { readonly ok: true; readonly base: string }
  | { readonly ok: false; readonly failure: ComponentFailure; readonly component: string }

/** `parameters`: the inner list of components with its parameters, as `Signature-Input` has it, serialized. */
export function buildBase(
  components: readonly Component[],
  parameters: string,
  read: MessageReader,
): BaseResult {
  let base = ''
  for (const component of components) {
    const { identifier } = component
    const result = read(component)
    if ('failure' in result) return { ok: false, failure: result.failure, component: identifier }
    base += `${identifier}: ${result.value}\n`
    if (base.length > MAX_BASE) return { ok: false, failure: 'base-length', component: identifier }
  }
  return { ok: true, base: `${base}"@signature-params": ${parameters}` }
}

/** The bytes of a base: its characters are ASCII. A buffer of its own, as who signs may read it later. */
export function encodeBase(base: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(base.length)
  for (let i = 0; i < base.length; i++) bytes[i] = base.charCodeAt(i)
  return bytes
}
