/**
 * The part of a bundle that says how to recognise agents: a header of four words (magic `SPAG`, version 1, bytes of
 * the automaton, bytes of the rest), the automaton (`automaton-layout.ts`), the rest as JSON in UTF-8, zeros up to a
 * multiple of 4. Numbers are unsigned, 32-bit, little-endian.
 *
 * Literals are numbered by rank: of two that occur in a User-Agent, the lower one says who it is.
 * @module
 */
import type { AgentClass } from './bots-model.ts'
import type { PartBytes } from './bundle.ts'

/** Name, class, operator or 0, robots token or 0, then proof: signature hosts, range sources, DNS suffixes. */
export type AgentRow = readonly [
  name: string,
  agentClass: AgentClass,
  operator?: string | 0,
  robots?: string | 0,
  signature?: readonly string[],
  ranges?: readonly string[],
  dns?: readonly string[],
]

/**
 * Bits of a check that is a number: what must hold besides the literal, where it was found. Those that look around
 * it have its length too, from bit {@link LENGTH_SHIFT} on.
 */
export const CHECK = {
  /** Nothing before it. */
  start: 1,
  /** `\b` before it, after it. */
  wordBefore: 2,
  wordAfter: 4,
  /** Nothing after it. */
  end: 8,
  /** Its text is the agent's name, in the same case. */
  name: 16,
  /** Its text is the agent's name and a slash, in the same case. */
  nameSlash: 32,
} as const

export const LENGTH_SHIFT = 6

/**
 * What must hold besides a literal, whose letters are found in both cases: bits of {@link CHECK}; the text that it
 * must be, in this case; an expression that must match the User-Agent, with its flags; texts that must occur in
 * this order.
 */
export type LiteralCheck =
  | number
  | string
  | { readonly regex: string; readonly flags: '' | 'i' }
  | { readonly order: readonly string[] }

/** An expression without a literal to look for first. */
export interface Structure {
  readonly regex: string
  /** The last character of all that it matches; saves running it. */
  readonly last?: string
}

export interface AgentsContent {
  readonly agents: readonly AgentRow[]
  /** For each literal its agent's place in `agents`, or -1: it says only that the client is automated. */
  readonly owners: readonly number[]
  readonly checks: readonly LiteralCheck[]
  /** Each says that the client is automated. Flag `i`. */
  readonly structures: readonly Structure[]
}

const MAGIC = 0x47415053
const VERSION = 1
const HEADER_BYTES = 16
const MAX_JSON = 1_048_576

/** Puts the part together. */
export function packAgents(automaton: ArrayBuffer, content: AgentsContent): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(content))
  const end = HEADER_BYTES + automaton.byteLength + json.length
  const part = new Uint8Array(Math.ceil(end / 4) * 4)
  new Uint32Array(part.buffer, 0, HEADER_BYTES / 4).set([MAGIC, VERSION, automaton.byteLength, json.length])
  part.set(new Uint8Array(automaton), HEADER_BYTES)
  part.set(json, HEADER_BYTES + automaton.byteLength)
  return part
}

/** Where the automaton lies, and the rest, unchecked; `undefined` when the bytes are no such part. */
export function splitAgents({
  buffer,
  offset,
  length,
}: PartBytes): { readonly automaton: PartBytes; readonly content: unknown } | undefined {
  if (length < HEADER_BYTES || offset < 0 || offset % 4 !== 0 || offset + length > buffer.byteLength)
    return undefined
  const [magic, version, size = 0, rest = 0] = new Uint32Array(buffer, offset, HEADER_BYTES / 4)
  if (magic !== MAGIC || version !== VERSION || size % 4 !== 0 || rest > MAX_JSON) return undefined
  if (Math.ceil((HEADER_BYTES + size + rest) / 4) * 4 !== length) return undefined
  try {
    const bytes = new Uint8Array(buffer, offset + HEADER_BYTES + size, rest)
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return { automaton: { buffer, offset: offset + HEADER_BYTES, length: size }, content: JSON.parse(text) }
  } catch {
    return undefined
  }
}
