/**
 * The languages a client accepts, best first (RFC 9110 section 12.5.4).
 * @module
 */
import { toBytes } from '../../lang/value.ts'

/** Languages that are read: nobody speaks more. */
const MAX_LANGUAGES = 64

/** Reads an Accept-Language field. `*` is left out; equal weights keep their order. */
export function readAcceptedLanguages(field: string): readonly string[] {
  const ranked: { readonly tag: string; readonly weight: number }[] = []
  for (const member of toBytes(field).split(',', MAX_LANGUAGES)) {
    const [tag = '', ...parameters] = member.split(';', 4).map((part) => part.trim())
    if (tag === '' || tag === '*') continue
    ranked.push({ tag, weight: readWeight(parameters) })
  }
  return ranked.sort((a, b) => b.weight - a.weight).map(({ tag }) => tag)
}

function readWeight(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const match = /^[qQ]\s?=\s?([01](?:\.[0-9]{0,3})?)$/.exec(parameter)
    if (match) return Math.min(1, Number(match[1]))
  }
  return 1
}
