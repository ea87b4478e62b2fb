/**
 * Content-Type as far as scanners need it (RFC 9110 section 8.3).
 * @module
 */
export interface ContentType {
  /** Type and subtype in lower case. */
  readonly essence: string
  /**
   * Value of a parameter by its lower-case name: the first boundary, and whether there is another one; all charsets,
   * where they differ, with commas between them, so that there is none of that name.
   */
  readonly charset: string | undefined
  readonly boundary: string | undefined
  readonly isAmbiguous: boolean
}

const PARAMETER = /;[\t ]*([^\t =;"]+)[\t ]*=[\t ]*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g

export function readContentType(field: string): ContentType {
  const [essence = ''] = field.split(';', 1)
  let charset: string | undefined
  let boundary: string | undefined
  let isAmbiguous = false
  for (const [, name = '', quoted, token = ''] of field.matchAll(PARAMETER)) {
    const value = quoted === undefined ? token.trim() : quoted.replace(/\\(.)/g, '$1')
    const key = name.toLowerCase()
    if (key === 'charset')
      charset = charset === undefined || sameName(charset, value) ? value : `${charset},${value}`
    if (key === 'boundary') {
      isAmbiguous ||= boundary !== undefined && boundary !== value
      boundary ??= value
    }
  }
  return { essence: essence.trim().toLowerCase(), charset, boundary, isAmbiguous }
}

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/**
 * Whether there is a comma outside of quotes: the field is no list (RFC 9110 section 8.3), but two of them are joined
 * like one, and origins differ on which they go by.
 */
export function hasSeveralTypes(field: string): boolean {
  let isQuoted = false
  for (let i = 0; i < field.length; i++) {
    const character = field[i]
    if (character === ',' && !isQuoted) return true
    if (character === '\\' && isQuoted) i++
    else if (character === '"') isQuoted = !isQuoted
  }
  return isQuoted && field.includes(',')
}
