/**
 * What the names in a policy's expressions stand for.
 * @module
 */
import { FIELD_READERS } from '../../http/rule-fields/readers.ts'
import type { RuleFacts } from '../../http/rule-fields/rule-facts.ts'
import { FUNCTIONS } from '../../lang/functions/table.ts'
import type { Environment } from '../../lang/program.ts'
import type { ListTest } from './rule-lists.ts'

/** @param maxSubject Bytes of a value that regular expressions look at; the language's own bound by default. */
export function createRuleEnvironment(
  lists: ReadonlyMap<string, ListTest>,
  maxSubject?: number,
): Environment<RuleFacts> {
  return {
    fields: FIELD_READERS,
    functions: FUNCTIONS,
    list: (name) => lists.get(name),
    // Every comparison with a missing value is false, as Cloudflare documents it.
    nilNotEqual: false,
    ...(maxSubject === undefined ? {} : { maxSubject }),
  }
}
