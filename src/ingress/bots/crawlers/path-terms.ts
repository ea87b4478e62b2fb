/**
 * The terms that hold for a path: the longest pattern that matches decides (RFC 9309 section 2.2.2).
 * @module
 */
import type { CrawlerPolicy, CrawlerTerms } from '../../../bundle/bots-model.ts'
import { hasPathPrefix, trimPrefix } from '../../../http/scope.ts'

/** `path` is canonical. */
export type TermsOfPath = (path: string) => CrawlerTerms

/** An exact path comes before a prefix, a longer prefix before a shorter one, the first of equals before the others. */
export function compileTerms(policy: CrawlerPolicy): TermsOfPath {
  if (policy.paths.length === 0) return () => policy
  const exact = new Map<string, CrawlerTerms>()
  const prefixes: { readonly prefix: string; readonly terms: CrawlerTerms }[] = []
  for (const terms of policy.paths) {
    const { kind, value } = terms.path
    if (kind === 'prefix') prefixes.push({ prefix: trimPrefix(value), terms })
    else if (!exact.has(value)) exact.set(value, terms)
  }
  prefixes.sort((a, b) => b.prefix.length - a.prefix.length)
  return (path) => {
    const found = exact.get(path)
    if (found !== undefined) return found
    for (const { prefix, terms } of prefixes) if (hasPathPrefix(path, prefix)) return terms
    return policy
  }
}
