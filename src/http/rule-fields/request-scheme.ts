/**
 * What an expression of a policy may name, phase by phase.
 * @module
 */
import { FUNCTION_SIGNATURES } from '../../lang/functions/table.ts'
import type { FieldDefinition, ListKind, Scheme } from '../../lang/scheme.ts'
import { FIELD_DEFINITIONS } from './definitions.ts'
import { RESPONSE_FIELDS } from './response-fields.ts'
import { RESPONSE_PHASE } from './response-phase.ts'

/** Cloudflare's bounds: levels of nesting, and characters of an expression. */
const MAX_NESTING = 128
const MAX_LENGTH = 4096

const NO_RESPONSE = `There is no response yet in this phase: use it in ${RESPONSE_PHASE}.`

const REQUEST_DEFINITIONS: ReadonlyMap<string, FieldDefinition> = hideResponse(FIELD_DEFINITIONS)

function hideResponse(
  definitions: ReadonlyMap<string, FieldDefinition>,
): ReadonlyMap<string, FieldDefinition> {
  const hidden = new Map(definitions)
  for (const [name] of RESPONSE_FIELDS) {
    const definition = definitions.get(name)
    if (definition) hidden.set(name, { ...definition, unavailable: NO_RESPONSE })
  }
  return hidden
}

/**
 * The scheme of a phase.
 * @param lists The policy's lists, by name without `$`.
 * @param phase Cloudflare's name of the phase; fields of the response are known in {@link RESPONSE_PHASE} only.
 */
export function requestScheme(lists: ReadonlyMap<string, ListKind>, phase: string): Scheme {
  return {
    fields: phase === RESPONSE_PHASE ? FIELD_DEFINITIONS : REQUEST_DEFINITIONS,
    functions: FUNCTION_SIGNATURES,
    lists,
    maxNesting: MAX_NESTING,
    maxLength: MAX_LENGTH,
  }
}
