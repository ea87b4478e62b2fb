/**
 * One line of an NDJSON log as an object.
 * @module
 */

export type JsonRow = Readonly<Record<string, unknown>>

export function isJsonRow(value: unknown): value is JsonRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `undefined` for what is not JSON, or not an object. */
export function readJsonRow(bytes: Buffer): JsonRow | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return isJsonRow(value) ? value : undefined
  } catch {
    return undefined
  }
}
