/**
 * What came of a policy's tests: plain data for the terminal, for JSON and for JUnit.
 * @module
 */
import type { ExpressionPart } from '../explain/explain-expression.ts'

/** One thing that was expected and is not so. */
export interface Mismatch {
  /** As `action`, `status` or `request_headers.x-country`. */
  readonly what: string
  readonly expected: string
  readonly got: string
}

export interface TestResult {
  readonly name: string
  /** Relative to the policy's folder. */
  readonly file: string
  readonly line: number
  readonly passed: boolean
  /** As `GET https://host/path`. */
  readonly request: string
  /** Empty when the test passed. */
  readonly mismatches: readonly Mismatch[]
  /** What became of the request, as `block 403 by access.admin`. */
  readonly got: string
  /** Why, and how to let it pass, in the words of the decision that ended the request. */
  readonly reason?: string
  readonly fix?: string
  /** Passed or not: something that the author should know. */
  readonly note?: string
  /** Of the rule that the test is about, or that decided otherwise than expected. */
  readonly expression?: { readonly rule: string; readonly parts: ExpressionPart }
}

export interface TestReport {
  /** Version of the policy that was tested. */
  readonly policy: string
  readonly passed: number
  readonly failed: number
  /** Tests that a filter left out. */
  readonly leftOut: number
  /** In the order of the policy's files. */
  readonly results: readonly TestResult[]
}
