/**
 * The language a browser asks for, among those our pages speak.
 * @module
 */
import type { PageTexts } from './page-texts.ts'
import { ASIAN } from './texts-asian.ts'
import { SLAVIC } from './texts-slavic.ts'
import { SOUTHERN } from './texts-southern.ts'
import { ENGLISH, WESTERN } from './texts-western.ts'

export const LANGUAGES: readonly PageTexts[] = [...WESTERN, ...SOUTHERN, ...SLAVIC, ...ASIAN]

const BY_PRIMARY: ReadonlyMap<string, PageTexts> = new Map(
  LANGUAGES.map((texts) => [texts.lang.split('-', 1)[0] ?? '', texts]),
)

/** Characters and entries of the field that are read; browsers send few. */
const MAX_FIELD = 512
const MAX_ENTRIES = 16
/** A language range with its weight (RFC 9110 section 12.5.4); three decimals at most (section 12.4.2). */
const RANGE = /^([a-z]{2,3})(?:-[a-z0-9-]{1,32})?(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/

/** The texts of the language that weighs most, English when none is ours. Chinese is simplified in any region. */
export function chooseLanguage(acceptLanguage: string | undefined): PageTexts {
  let best = ENGLISH
  let most = 0
  const entries = (acceptLanguage ?? '').slice(0, MAX_FIELD).toLowerCase().split(',', MAX_ENTRIES)
  for (const entry of entries) {
    const match = RANGE.exec(entry.trim())
    const texts = BY_PRIMARY.get(match?.[1] ?? '')
    const weight = Number(match?.[2] ?? 1)
    if (texts === undefined || weight <= most) continue
    best = texts
    most = weight
  }
  return best
}
