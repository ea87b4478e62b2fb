/**
 * `crawlers` in `bots.yaml`: what each class of automated clients gets, and each agent by name.
 * @module
 */
import { z } from 'zod'
import { AGENT_CLASSES } from '../../bundle/agent-classes.ts'
import type { AgentClass, BotsModel, CrawlerAction, CrawlerTerms } from '../../bundle/bots-model.ts'
import type { PathPattern } from '../../http/scope.ts'
import { type FieldResult, pathPatternField, readWith, secondsField, strict } from '../fields.ts'
import { quoteText } from '../problem.ts'
import { suggestFix } from '../suggest.ts'
import { priceField } from './bots-fields.ts'

const ACTIONS = ['allow', 'verify', 'challenge', 'rate', 'price', 'deny', 'labyrinth'] as const

export interface TermsInput {
  action: CrawlerAction
  rate?: CrawlerTerms['rate'] | undefined
  price?: string | undefined
}

export interface CrawlerInput extends TermsInput {
  paths: (TermsInput & { path: PathPattern })[]
}

export interface CrawlersInput {
  classes: Partial<Record<AgentClass, CrawlerInput>>
  agents: Record<string, CrawlerInput>
  robots: BotsModel['crawlers']['robots']
  tokens: Record<string, 'allow' | 'deny'>
  signals?: BotsModel['crawlers']['signals'] | undefined
}

const actionField: z.ZodType<CrawlerAction> = z.enum(ACTIONS)

const termsShape = {
  action: actionField,
  rate: strict({
    requests: z.int().min(1).max(10_000_000).default(60),
    period: secondsField(1, 86_400).default(60),
  }).optional(),
  price: priceField.optional(),
}

/** Most paths that one class or agent has terms for. */
const MAX_PATHS = 100

const fullField: z.ZodType<CrawlerInput> = strict({
  ...termsShape,
  paths: z
    .array(strict({ path: pathPatternField, ...termsShape }))
    .max(MAX_PATHS)
    .prefault([]),
})

/** A text, so that what is wrong with a map is told of the map. */
const actionAlone: z.ZodType<CrawlerInput> = readWith(
  z.string().meta({ enum: [...ACTIONS] }),
  (text): FieldResult<CrawlerInput> => {
    const action = ACTIONS.find((one) => one === text)
    if (action !== undefined) return { ok: true, value: { action, paths: [] } }
    return { ok: false, message: `${quoteText(text)} is no action`, fix: suggestFix(text, ACTIONS) }
  },
)

/** `deny`, or `{action: rate, rate: {requests: 60, period: 1m}, paths: […]}`. */
const crawlerField: z.ZodType<CrawlerInput> = z
  .union([actionAlone, fullField], {
    error: `must be one of ${ACTIONS.join(', ')}, or {action: …}`,
  })
  .meta({ id: 'crawler' })

const usageField: z.ZodType<'yes' | 'no'> = z.enum(['yes', 'no'])

export const crawlersField: z.ZodType<CrawlersInput, Partial<Record<keyof CrawlersInput, unknown>>> = strict({
  classes: strict(Object.fromEntries(AGENT_CLASSES.map((name) => [name, crawlerField.optional()]))).prefault(
    {},
  ),
  agents: z.record(z.string(), crawlerField).prefault({}),
  robots: z.enum(['merge', 'replace', 'off']).default('merge'),
  tokens: z.record(z.string(), z.enum(['allow', 'deny'])).prefault({}),
  signals: strict({
    search: usageField.exactOptional(),
    'ai-input': usageField.exactOptional(),
    'ai-train': usageField.exactOptional(),
  }).optional(),
})
