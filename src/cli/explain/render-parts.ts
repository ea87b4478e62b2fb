/**
 * The parts of an expression as a tree of lines.
 * @module
 */
import type { ExpressionPart } from './explain-expression.ts'
import { toPlainText } from './plain-text.ts'
import { MASK } from './secret-names.ts'

export interface PartOptions {
  /** Put before each line. */
  readonly indent: string
  /** Leaves out what did not match or was not evaluated. */
  readonly matchedOnly?: boolean
}

const MAX_LINES = 40
const MAX_DEPTH = 10
const MAX_TEXT = 120

const markOf = (result: boolean): string => (result ? '✓' : '✗')

function describe({ text, result, value, skipped }: ExpressionPart): string {
  const words = toPlainText(text, MAX_TEXT)
  const shown = value === undefined ? undefined : toPlainText(value, MAX_TEXT)
  if (result === undefined) return `${words} = ${shown ?? 'nil'}`
  const line =
    typeof result === 'boolean' ? `${markOf(result)} ${words}` : `[${result.map(markOf).join('')}] ${words}`
  if (skipped) return `· ${words}   (not evaluated)`
  // A condition that stands for itself has told its value already.
  return shown === undefined || shown === String(result) ? line : `${line}   ← ${shown}`
}

/** A field that gives what its parent shows already, or what nobody gets to see. */
function isRepeated({ result, value, parts }: ExpressionPart, parent: ExpressionPart): boolean {
  return result === undefined && parts.length === 0 && (value === parent.value || value === MASK)
}

/** Under a `not` it is the part that failed that matters. */
function isShown(part: ExpressionPart, parent: ExpressionPart, matchedOnly: boolean): boolean {
  if (isRepeated(part, parent)) return false
  const { result, skipped } = part
  if (!matchedOnly || result === undefined) return true
  if (skipped) return false
  return result !== false || /^not\b|^!/.test(parent.text)
}

function* walk(part: ExpressionPart, depth: number, matchedOnly: boolean): Generator<string> {
  yield '  '.repeat(depth) + describe(part)
  // Parts of what is not evaluated say nothing.
  if (depth === MAX_DEPTH || part.skipped) return
  for (const child of part.parts) {
    if (isShown(child, part, matchedOnly)) yield* walk(child, depth + 1, matchedOnly)
  }
}

/** At most a screen of lines. */
export function renderParts(
  part: ExpressionPart,
  { indent, matchedOnly = false }: PartOptions,
): readonly string[] {
  const lines: string[] = []
  for (const line of walk(part, 0, matchedOnly)) {
    if (lines.length === MAX_LINES) {
      lines.push(`${indent}…`)
      break
    }
    lines.push(indent + line)
  }
  return lines
}
