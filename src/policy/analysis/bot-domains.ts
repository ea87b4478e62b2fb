/**
 * What is known of the values of `sallyport.bot.*`.
 * @module
 */
import { AGENT_CLASSES } from '../../bundle/agent-classes.ts'
import type { BotsModel } from '../../bundle/bots-model.ts'
import { quoteText } from '../problem.ts'
import { suggestFix } from '../suggest.ts'
import { type Domain, NOTHING_KNOWN } from './domain.ts'

const PREFIX = 'sallyport.bot.'
const VERDICTS = ['verified', 'spoofed', 'pending', 'unverifiable']

function oneOf(field: string, values: readonly string[], present: boolean): Domain {
  return {
    values,
    ...(present ? { present } : {}),
    whole(value) {
      if (typeof value !== 'string' || values.includes(value)) return undefined
      return { message: `${field} is never ${quoteText(value)}`, fix: suggestFix(value, values) }
    },
  }
}

/** Of a field, or of none of these. Without `bots.yaml` all of them are missing. */
export function botDomain(field: string, bots: BotsModel | undefined): Domain {
  if (!field.startsWith(PREFIX)) return NOTHING_KNOWN
  if (bots === undefined) {
    const message = `${field} is missing: the policy has no bots.yaml`
    return { missing: { message, fix: 'Add bots.yaml, which may be empty, or remove the condition.' } }
  }
  switch (field.slice(PREFIX.length)) {
    case 'class':
      return oneOf(field, AGENT_CLASSES, false)
    case 'verdict':
      return oneOf(field, VERDICTS, false)
    case 'band':
      return oneOf(
        field,
        bots.bands.map(({ name }) => name),
        true,
      )
    case 'score': {
      const reason = { message: `${field} is a number from 0 to 100`, fix: 'Write a number that it can be.' }
      return { present: true, range: { set: [{ from: 0n, to: 100n }], reason } }
    }
    default:
      return NOTHING_KNOWN
  }
}
