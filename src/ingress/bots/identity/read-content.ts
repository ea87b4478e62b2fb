/**
 * Checks what a part says of agents: it may come from a store that others can write to.
 * @module
 */
import { AGENT_CLASSES } from '../../../bundle/agent-classes.ts'
import {
  type AgentRow,
  type AgentsContent,
  LENGTH_SHIFT,
  type LiteralCheck,
  type Structure,
} from '../../../bundle/agents-part.ts'
import type { AgentModel } from '../../../bundle/bots-model.ts'
import { AgentsError } from './agents-error.ts'

const MAX_AGENTS = 8_192
const MAX_LITERALS = 16_384
const MAX_STRUCTURES = 32
const MAX_REGEX = 1_024
const MAX_TEXT = 256
const MAX_CHECK: number = (MAX_TEXT + 1) << LENGTH_SHIFT
const NAME = /^[A-Za-z0-9 \-_./!+'()&:]{1,64}$/

/** Throws `AgentsError`. */
export function checkContent(value: unknown): AgentsContent {
  if (typeof value !== 'object' || value === null) throw new AgentsError('The agents are no object.')
  const { agents, owners, checks, structures } = value as Readonly<Record<string, unknown>>
  const count = Array.isArray(agents) ? agents.length : 0
  const isOwner = (owner: unknown): boolean =>
    Number.isInteger(owner) && (owner as number) >= -1 && (owner as number) < count
  if (!isList(agents, MAX_AGENTS, isRow)) throw new AgentsError('The agents have another form than is known.')
  if (!isList(owners, MAX_LITERALS, isOwner) || !isList(checks, owners.length, isCheck))
    throw new AgentsError('The patterns of agents have another form than is known.')
  if (checks.length !== owners.length || !isList(structures, MAX_STRUCTURES, isStructure))
    throw new AgentsError('The patterns of agents are not whole.')
  return { agents, owners, checks, structures } as unknown as AgentsContent
}

export function toAgent([name, agentClass, operator, robots, signature, ranges, dns]: AgentRow): AgentModel {
  return {
    name,
    class: agentClass,
    ...(typeof operator === 'string' ? { operator } : {}),
    ...(typeof robots === 'string' ? { robots } : {}),
    proof: { signature: signature ?? [], ranges: ranges ?? [], dns: dns ?? [] },
  }
}

function isList(
  value: unknown,
  most: number,
  isItem: (item: unknown) => boolean,
): value is readonly unknown[] {
  return Array.isArray(value) && value.length <= most && value.every(isItem)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TEXT
}

function isTexts(value: unknown): boolean {
  return value === undefined || isList(value, 64, isText)
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || value === 0 || isText(value)
}

function isRow(value: unknown): value is AgentRow {
  if (!Array.isArray(value) || value.length < 2 || value.length > 7) return false
  const [name, agentClass, operator, robots, signature, ranges, dns] = value as readonly unknown[]
  return (
    typeof name === 'string' &&
    NAME.test(name) &&
    (AGENT_CLASSES as readonly unknown[]).includes(agentClass) &&
    isTextOrNone(operator) &&
    isTextOrNone(robots) &&
    [signature, ranges, dns].every(isTexts)
  )
}

function isRegex(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MAX_REGEX
}

function isCheck(value: unknown): value is LiteralCheck {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 && value < MAX_CHECK
  if (typeof value === 'string') return value.length > 0 && isText(value)
  if (typeof value !== 'object' || value === null) return false
  if ('order' in value) return isList(value.order, 8, isText)
  return (
    'regex' in value &&
    isRegex(value.regex) &&
    'flags' in value &&
    (value.flags === '' || value.flags === 'i')
  )
}

function isStructure(value: unknown): value is Structure {
  if (typeof value !== 'object' || value === null || !('regex' in value) || !isRegex(value.regex))
    return false
  return !('last' in value) || (typeof value.last === 'string' && value.last.length === 1)
}
