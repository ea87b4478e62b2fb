/**
 * How one regular expression is run: decided when the policy is built, carried in the bundle.
 * @module
 */

export type RegexPlan =
  /** `new RegExp(pattern)` without flags over binary strings; proved to take linear time. */
  | { readonly engine: 'native'; readonly source: string; readonly pattern: string }
  /**
   * Our linear engine. `pattern` occurs in the same subjects as `source` and is in the same dialect, but
   * simpler and without classes of Unicode, whose tables the Worker does not carry. `needs` is for
   * `RegExp`, as `pattern` of the other kind is, and occurs wherever the expression does: most subjects
   * are turned down by it.
   */
  | { readonly engine: 'linear'; readonly source: string; readonly pattern?: string; readonly needs?: string }
