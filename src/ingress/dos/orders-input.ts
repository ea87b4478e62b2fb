/**
 * Small checks of what operators send.
 * @module
 */
import type { Ban } from './watch-protocol.ts'

export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string }

const ACTIONS: readonly Ban['action'][] = ['block', 'challenge', 'log']
const MAX_REASON = 200
const MIN_SECONDS = 10

function refuse(message: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message }
}

/** An object that has no other fields than these. */
export function readFields(
  value: unknown,
  known: readonly string[],
): Reading<Readonly<Record<string, unknown>>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse(`Send a JSON object with ${known.join(', ')}.`)
  const strange = Object.keys(value).find((name) => !known.includes(name))
  if (strange === undefined) return { ok: true, value: value as Readonly<Record<string, unknown>> }
  return refuse(`${JSON.stringify(strange.slice(0, 40))} is not known here: there are ${known.join(', ')}.`)
}

export function readAction(value: unknown): Reading<Ban['action']> {
  const action = ACTIONS.find((known) => known === value)
  return action === undefined
    ? refuse(`action is one of ${ACTIONS.join(', ')}.`)
    : { ok: true, value: action }
}

/** A whole number of seconds. */
export function readSeconds(value: unknown, most: number): Reading<number> {
  return Number.isInteger(value) && Number(value) >= MIN_SECONDS && Number(value) <= most
    ? { ok: true, value: Number(value) }
    : refuse(`seconds is a whole number from ${MIN_SECONDS} to ${most}.`)
}

/** One line for people: no control characters, which terminals obey. */
export function readReason(value: unknown): Reading<string> {
  return typeof value === 'string' && value.length <= MAX_REASON && !/[\p{C}\p{Zl}\p{Zp}]/u.test(value)
    ? { ok: true, value }
    : refuse(`reason is one line of at most ${MAX_REASON} characters.`)
}
