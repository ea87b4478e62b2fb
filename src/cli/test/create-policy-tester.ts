/**
 * What stands between a policy that compiles and its publication: its own tests.
 * @module
 */
import { toPlainText } from '../explain/plain-text.ts'
import type { LoadedPolicy } from '../load-folder.ts'
import { renderFailure, renderSummary } from './render-tests.ts'
import { runPolicyTests } from './run-policy-tests.ts'

const MAX_SHOWN = 10
const MAX_NAME = 160

/**
 * Makes a function that gives lines for the operator: of the first tests that fail; none when all pass.
 * @param now Milliseconds since the epoch.
 */
export function createPolicyTester(now: () => number): (policy: LoadedPolicy) => Promise<readonly string[]> {
  return async (policy) => {
    const report = await runPolicyTests(policy, { now: now() })
    const failed = report.results.filter(({ passed }) => !passed)
    if (failed.length === 0) return []
    const shown = failed
      .slice(0, MAX_SHOWN)
      .flatMap((result) => [`  ✗ ${toPlainText(result.name, MAX_NAME)}`, ...renderFailure(result, '')])
    const rest = failed.length - MAX_SHOWN
    return [
      ...shown,
      ...(rest > 0 ? [`  and ${rest} more: sallyport test shows all`] : []),
      renderSummary(report),
    ]
  }
}
