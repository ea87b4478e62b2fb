/**
 * Where a guard or limit applies, as operators write it.
 * @module
 */
import type { z } from 'zod'
import type { PathPattern, Scope } from '../http/scope.ts'
import { hostField, listOf, methodField, pathPatternField } from './fields.ts'

export interface ScopeInput {
  hosts: string[]
  paths: PathPattern[]
  methods: string[]
}

/** The keys a guard and a limit share. */
export const scopeShape: {
  readonly hosts: z.ZodType<string[]>
  readonly paths: z.ZodType<PathPattern[]>
  readonly methods: z.ZodType<string[]>
} = {
  hosts: listOf(hostField).prefault([]),
  paths: listOf(pathPatternField).prefault([]),
  methods: listOf(methodField).prefault([]),
}

export function toScope({ hosts, paths, methods }: ScopeInput): Scope {
  return { hosts: [...new Set(hosts)], paths, methods: [...new Set(methods)] }
}
