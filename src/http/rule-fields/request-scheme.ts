/**
 * What an expression of a policy may name, phase by phase.
 * @module
 */
import { FUNCTION_SIGNATURES } from '../../lang/functions/table.ts'
import type { FieldDefinition, ListKind, Scheme } from '../../lang/scheme.ts'
import { isBodyField } from './body-fields.ts'
import { FIELD_DEFINITIONS } from './definitions.ts'
import { isResponseField } from './response-fields.ts'
import { COUNTING_PHASE, LIMIT_FILTER_PHASE, LIMIT_PHASE, RESPONSE_PHASE } from './response-phase.ts'

/** Cloudflare's bounds: levels of nesting, and characters of an expression. */
const MAX_NESTING = 128
const MAX_LENGTH = 4096

const NO_RESPONSE = `There is no response yet in this phase: use it in ${RESPONSE_PHASE}.`
const NO_RESPONSE_TO_LIMITS =
  'A request is counted by what is known before its response: use it in counting_expression.'
const NO_BODY =
  'Rules run before the content of a request is read: use it in the characteristics or the counting_expression of a limit.'

type Definitions = ReadonlyMap<string, FieldDefinition>

const NO_BODY_TO_FILTERS =
  'What a limit is about is known before content is read: use it in characteristics or counting_expression.'

const UNANSWERED: Definitions = hide(FIELD_DEFINITIONS, isResponseField, NO_RESPONSE_TO_LIMITS)
/** The fields that are known in the phases of a limit, by name of the phase. */
const LIMIT_DEFINITIONS: ReadonlyMap<string, Definitions> = new Map([
  [LIMIT_FILTER_PHASE, hide(UNANSWERED, isBodyField, NO_BODY_TO_FILTERS)],
  [LIMIT_PHASE, UNANSWERED],
  [COUNTING_PHASE, FIELD_DEFINITIONS],
])
const RESPONSE_DEFINITIONS: Definitions = hide(FIELD_DEFINITIONS, isBodyField, NO_BODY)
const REQUEST_DEFINITIONS: Definitions = hide(RESPONSE_DEFINITIONS, isResponseField, NO_RESPONSE)

function hide(
  definitions: Definitions,
  isHidden: (name: string) => boolean,
  unavailable: string,
): Definitions {
  return new Map(
    [...definitions].map(([name, definition]) => [
      name,
      isHidden(name) ? { ...definition, unavailable } : definition,
    ]),
  )
}

function definitionsOf(phase: string): Definitions {
  if (phase === RESPONSE_PHASE) return RESPONSE_DEFINITIONS
  return LIMIT_DEFINITIONS.get(phase) ?? REQUEST_DEFINITIONS
}

/**
 * The scheme of a phase.
 * @param lists The policy's lists, by name without `$`.
 * @param phase Cloudflare's name of the phase. Fields of the response are known in {@link RESPONSE_PHASE} and
 *   {@link COUNTING_PHASE}, those of the content in {@link LIMIT_PHASE} and {@link COUNTING_PHASE}.
 */
export function requestScheme(lists: ReadonlyMap<string, ListKind>, phase: string): Scheme {
  return {
    fields: definitionsOf(phase),
    functions: FUNCTION_SIGNATURES,
    lists,
    maxNesting: MAX_NESTING,
    maxLength: MAX_LENGTH,
  }
}
