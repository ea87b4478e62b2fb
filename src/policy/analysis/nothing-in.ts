/**
 * What is said of a comparison with a set that has nothing in it.
 * @module
 */
import type { Conflict } from './claim.ts'
import type { Constraint } from './constraint.ts'

export function nothingIn({ test, claim }: Constraint): Conflict {
  const { span } = claim.atom
  if (test.kind !== 'in-list')
    return { message: 'nothing is in {}', fix: 'Write values between the braces.', span }
  const fix = 'Fill its file in lists/.'
  return { message: `the list $${test.list} is empty`, fix, span }
}
