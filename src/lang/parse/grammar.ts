/**
 * The productions that call each other, tied together.
 * @module
 */
import { parseComparison } from './parse-comparison.ts'
import type { Grammar } from './parse-context.ts'
import { parseLogical } from './parse-logical.ts'
import { parseValueNode } from './parse-value-node.ts'

export const GRAMMAR: Grammar = { value: parseValueNode, comparison: parseComparison, logical: parseLogical }
