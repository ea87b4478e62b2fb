/**
 * One field of the Rules language that can be known here: its name, its type, how it is read.
 * @module
 */
import type { Value } from '../../lang/value.ts'
import type { RuleFacts } from './rule-facts.ts'

/** `undefined` is a missing value (nil). Never throws; bounded by the size of what it reads. */
export type FieldReader = (facts: RuleFacts) => Value | undefined

/** `type` is in the notation of Cloudflare's scheme: `Map(Array(Bytes))`. */
export type FieldEntry = readonly [name: string, type: string, read: FieldReader]
