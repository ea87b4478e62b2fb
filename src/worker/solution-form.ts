/**
 * The form in which solutions are sent, read within bounds.
 * @module
 */
import type { RequestFacts } from '../http/facts.ts'
import { hasMoreFields } from '../ingress/challenge/count-fields.ts'
import { SOLUTION_FIELDS } from '../ingress/challenge/offer.ts'
import type { SolutionForm } from '../ingress/challenge/redeem.ts'

/** Bytes of a form without content to send again: a path of 2,048 characters, escaped, and a widget's answer. */
const MAX_SMALL = 16_384
/** Bytes of one with 64 KiB of content, in which each character may be escaped. */
const MAX_FORM = 262_144
/** Characters of a field. */
const MAX_FIELD = 2048
const MAX_RESPONSE = 8192
/** More than ours have. */
const MAX_FIELDS = 8
const MAX_BODY = 65_536
const FORM = 'application/x-www-form-urlencoded'

/** A declared length is held to by the runtime's parser, so no more than this is ever read. */
export function isFormHeld({ headers }: RequestFacts): boolean {
  const length = Number(headers.get('content-length') ?? Number.NaN)
  const type = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  return length > 0 && length <= MAX_FORM && type === FORM
}

/** `undefined` for what is no solution. The first of several fields with one name counts. */
export function readSolution(text: string): SolutionForm | undefined {
  // The token comes first in our forms; a long text without one is not worth parsing.
  if (text.length > MAX_SMALL && !text.startsWith(`${SOLUTION_FIELDS.token}=`)) return undefined
  if (hasMoreFields(text, MAX_FIELDS)) return undefined
  const form = new URLSearchParams(text)
  const body = form.get(SOLUTION_FIELDS.body)
  if (text.length > MAX_SMALL && body === null) return undefined
  const token = form.get(SOLUTION_FIELDS.token)
  const solution = form.get(SOLUTION_FIELDS.solution)
  const response = form.get(SOLUTION_FIELDS.response)
  const returnTo = form.get(SOLUTION_FIELDS.returnTo)
  if (token === null || [token, solution, returnTo].some((field) => isLong(field, MAX_FIELD)))
    return undefined
  if (isLong(response, MAX_RESPONSE)) return undefined
  return {
    token,
    ...(solution === null ? {} : { solution }),
    ...(response === null ? {} : { response }),
    ...(returnTo === null ? {} : { returnTo }),
    ...(body === null || isLong(body, MAX_BODY) ? {} : { body }),
  }
}

function isLong(field: string | null, most: number): boolean {
  return field !== null && field.length > most
}
