/**
 * `bots.yaml`: the shape of what operators write.
 * @module
 */
import { z } from 'zod'
import { AGENT_CLASSES } from '../../bundle/agent-classes.ts'
import type { AgentClass, BotsModel, ChallengeModel, ChallengeStep } from '../../bundle/bots-model.ts'
import type { Mode } from '../../http/decision.ts'
import { listOf, modeField, pathPatternField, secondsField, strict } from '../fields.ts'
import {
  agentNameField,
  dnsSuffixField,
  mazePathField,
  patternField,
  providerField,
  robotsTokenField,
  secureUrlField,
  siteField,
  stepField,
  templateField,
  tlsHashField,
} from './bots-fields.ts'
import { type CrawlersInput, crawlersField } from './crawlers-schema.ts'

export const BOTS_FILE = 'bots.yaml'

const MINUTE = 60
const HOUR: number = 60 * MINUTE
const DAY: number = 24 * HOUR
const MONTH: number = 30 * DAY

/** An agent of the operator's own, or one that the catalogue does not have. */
export interface OwnAgentInput {
  name: string
  pattern: string
  class: AgentClass
  operator?: string | undefined
  robots?: string | undefined
  verify: { signature: string[]; ranges: string[]; dns: string[] }
}

export interface BandInput {
  name: string
  from: number
  level: ChallengeStep
}

export interface BotsInput {
  mode: Mode
  identity: { agents: OwnAgentInput[]; ignore: string[] }
  verification: {
    web_bot_auth: { mode: Mode; hosts?: string[] | undefined; max_age: number; skew: number }
    platform: boolean
    ranges: { max_age: number }
    dns: { mode: Mode; resolver: string }
    spoofed: ChallengeStep
    pending: ChallengeStep
  }
  signals: Record<string, number>
  bands?: BandInput[] | undefined
  asns: { hosting: string[]; relay: string[]; shipped: boolean }
  tls: string[]
  challenge: Omit<ChallengeModel, 'template' | 'provider'> & {
    provider?: ChallengeModel['provider'] | undefined
    template?: string | undefined
  }
  crawlers: CrawlersInput
  labyrinth: BotsModel['labyrinth']
}

const MAX_PROOFS = 20

const agentField: z.ZodType<OwnAgentInput> = strict({
  name: agentNameField,
  pattern: patternField,
  class: z.enum(AGENT_CLASSES),
  operator: z.string().min(1).max(100).optional(),
  robots: robotsTokenField.optional(),
  verify: strict({
    signature: z.array(siteField).max(MAX_PROOFS).prefault([]),
    ranges: z.array(z.string()).max(MAX_PROOFS).prefault([]),
    dns: z.array(dnsSuffixField).max(MAX_PROOFS).prefault([]),
  }).prefault({}),
})

/** Hosts whose directories are fetched, all of them every time. */
const MAX_HOSTS = 50

const verificationField: z.ZodType<BotsInput['verification']> = strict({
  web_bot_auth: strict({
    mode: modeField.default('enforce'),
    hosts: z.array(siteField).max(MAX_HOSTS).optional(),
    max_age: secondsField(10, DAY).default(5 * MINUTE),
    skew: secondsField(0, 5 * MINUTE).default(5),
  }).prefault({}),
  platform: z.boolean().default(true),
  ranges: strict({ max_age: secondsField(HOUR, 3 * MONTH).default(7 * DAY) }).prefault({}),
  dns: strict({
    mode: modeField.default('enforce'),
    resolver: secureUrlField.default('https://cloudflare-dns.com/dns-query'),
  }).prefault({}),
  spoofed: stepField.default('proof-of-work'),
  pending: stepField.default('none'),
})

const asnField: z.ZodType<string> = z.union([z.string(), z.int().transform(String)], {
  error: 'must be AS and a number, or a list file',
})

/** A leading-zero bit doubles the work. 8 are nothing for anybody, 22 are minutes on a phone. */
const bitsField: z.ZodType<number> = z.int().min(8).max(22)

const challengeField: z.ZodType<BotsInput['challenge']> = strict({
  status: z.literal([200, 403, 429, 503]).default(403),
  wait: secondsField(1, 5).default(3),
  bits: strict({ least: bitsField.default(12), most: bitsField.default(16) }).prefault({}),
  provider: providerField.optional(),
  life: strict({
    wait: secondsField(MINUTE, 30 * DAY).default(HOUR),
    proof: secondsField(MINUTE, 30 * DAY).default(6 * HOUR),
    interactive: secondsField(MINUTE, 30 * DAY).default(DAY),
  }).prefault({}),
  max_life: secondsField(MINUTE, 30 * DAY).default(7 * DAY),
  same_site: z.enum(['lax', 'none']).default('lax'),
  exempt: listOf(pathPatternField).prefault([]),
  template: templateField.optional(),
})

const weightField: z.ZodType<number> = z.int().min(0).max(100)

const bandField: z.ZodType<BandInput> = strict({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be lower-case letters, digits and -, at most 32'),
  from: weightField,
  level: stepField,
})

export const botsSchema: z.ZodType<BotsInput> = strict({
  mode: modeField.default('log'),
  identity: strict({
    agents: listOf(agentField).prefault([]),
    ignore: listOf(z.string()).prefault([]),
  }).prefault({}),
  verification: verificationField.prefault({}),
  signals: z.record(z.string(), weightField).prefault({}),
  bands: z.array(bandField).min(1).max(20).optional(),
  asns: strict({
    hosting: listOf(asnField).prefault([]),
    relay: listOf(asnField).prefault([]),
    shipped: z.boolean().default(true),
  }).prefault({}),
  tls: listOf(tlsHashField).prefault([]),
  challenge: challengeField.prefault({}),
  crawlers: crawlersField.prefault({}),
  labyrinth: strict({
    mode: modeField.default('off'),
    path: mazePathField.default('/reading-room/'),
    link: z.boolean().default(false),
    threshold: z.int().min(1).max(100_000).default(25),
  }).prefault({}),
})
