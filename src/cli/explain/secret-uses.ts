/**
 * Where the rules of a policy put what they read from secret fields: a copy is as secret as its source.
 * @module
 */
import type { LoadedPolicy } from '../load-folder.ts'
import { readsSecrets } from './explain-expression.ts'
import { MASK, maskField } from './secret-names.ts'

export interface SecretUses {
  /** The value of a header field for people. */
  maskField(name: string, value: string): string
  /** A location for people. `rule`: what redirects there, as `rules.<id>`. */
  maskLocation(rule: string, location: string): string
}

export function findSecretUses({ expressions, model }: LoadedPolicy): SecretUses {
  const rules = new Set(
    expressions.flatMap(({ role, text, rule }) => (role === 'value' && readsSecrets(text) ? [rule] : [])),
  )
  const names = new Set(
    model.rules.flatMap(({ id, action }) => {
      if (action.kind !== 'rewrite' || !rules.has(`rules.${id}`)) return []
      return action.headers.flatMap((edit) => ('expression' in edit ? [edit.name.toLowerCase()] : []))
    }),
  )
  return {
    maskField: (name, value) => (names.has(name.toLowerCase()) ? MASK : maskField(name, value)),
    maskLocation: (rule, location) => (rules.has(rule) ? MASK : location),
  }
}
