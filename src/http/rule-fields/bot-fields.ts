/**
 * What the stage of bots says of the client, and what Cloudflare's bot detection says, where the plan has it;
 * missing values elsewhere.
 * @module
 */
import { toBytes } from '../../lang/value.ts'
import type { AssessmentView } from './assessment-view.ts'
import { readBool, readBytes, readInt, readProperty } from './edge-properties.ts'
import type { FieldEntry } from './field-entry.ts'
import type { RuleFacts } from './rule-facts.ts'

const FROM = 'botManagement'
/** Heuristics that are read of one request. */
const MAX_DETECTIONS = 256

export const BOT_FIELDS: readonly FieldEntry[] = [
  ['cf.bot_management.score', 'Int', (facts) => readInt(facts, FROM, 'score')],
  ['cf.bot_management.verified_bot', 'Bool', readVerified],
  ['cf.client.bot', 'Bool', readVerified],
  ['cf.bot_management.corporate_proxy', 'Bool', (facts) => readBool(facts, FROM, 'corporateProxy')],
  ['cf.bot_management.static_resource', 'Bool', (facts) => readBool(facts, FROM, 'staticResource')],
  ['cf.bot_management.ja3_hash', 'Bytes', (facts) => readBytes(facts, FROM, 'ja3Hash')],
  ['cf.bot_management.ja4', 'Bytes', (facts) => readBytes(facts, FROM, 'ja4')],
  [
    'cf.bot_management.js_detection.passed',
    'Bool',
    (facts) => readBool(facts, FROM, 'jsDetection', 'passed'),
  ],
  ['cf.bot_management.detection_ids', 'Array(Int)', readDetections],
  ['cf.verified_bot_category', 'Bytes', (facts) => readBytes(facts, 'verifiedBotCategory')],
  ['sallyport.bot.agent', 'Bytes', ({ bot }) => textOf(bot?.().agent?.name)],
  ['sallyport.bot.class', 'Bytes', ({ bot }) => textOf(bot?.().agent?.class)],
  ['sallyport.bot.verdict', 'Bytes', ({ bot }) => textOf(bot?.().verdict?.kind)],
  ['sallyport.bot.verified', 'Bool', ({ bot }) => bot && isVerified(bot())],
  ['sallyport.bot.declared', 'Bool', ({ bot }) => bot?.().declared],
  ['sallyport.bot.score', 'Int', ({ bot }) => bot?.().score],
  ['sallyport.bot.band', 'Bytes', ({ bot }) => textOf(bot?.().band)],
]

const textOf = (text: string | undefined): string | undefined => text && toBytes(text)

const isVerified = ({ verdict }: AssessmentView): boolean => verdict?.kind === 'verified'

/** Cloudflare's word where the plan has it, else ours. */
function readVerified(facts: RuleFacts): boolean | undefined {
  const said = readBool(facts, FROM, 'verifiedBot')
  if (said !== undefined || facts.bot === undefined) return said
  return isVerified(facts.bot())
}

function readDetections(facts: RuleFacts): readonly number[] | undefined {
  const ids = readProperty(facts, FROM, 'detectionIds')
  if (!Array.isArray(ids)) return undefined
  return ids.slice(0, MAX_DETECTIONS).filter((id): id is number => Number.isSafeInteger(id))
}
