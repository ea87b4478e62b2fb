/**
 * Values that are never there, in expressions that compute something.
 * @module
 */
import { walkNodes } from '../../lang/walk-nodes.ts'
import type { PolicyExpression } from '../expressions.ts'
import type { FindDomain } from './field-domains.ts'
import type { Finding } from './finding.ts'

/** In filters a comparison with such a value is found to be dead; targets and header values are looked at here. */
export function findMissingNames(
  expressions: readonly PolicyExpression[],
  domainOf: FindDomain,
): readonly Finding[] {
  return expressions.flatMap(({ rule, role, node, problemAt }) => {
    const findings: Finding[] = []
    if (role !== 'value') return findings
    walkNodes(node, (each) => {
      if (each.kind !== 'index') return
      const { missing } = domainOf(each)
      if (!missing) return
      const message = `This is always missing: ${missing.message}`
      const problem = problemAt(each.span, message, missing.fix)
      findings.push({ severity: 'warning', code: 'missing-value', rule, problem })
    })
    return findings
  })
}
