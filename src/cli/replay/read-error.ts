/**
 * Explains why a file could not be read to its end.
 * @module
 */

/** Says what happened and what to do, without the path that the system's message would repeat. */
export function describeReadError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'ENOENT':
      return 'no such file: check the path'
    case 'EACCES':
    case 'EPERM':
      return 'may not be read: run as a user who may, or copy the file'
    case 'Z_BUF_ERROR':
      return 'the gzip data is cut off: what came before the cut was read; fetch the whole file to see the rest'
    case 'Z_DATA_ERROR':
      return `the gzip data is damaged (${message}): what came before was read; fetch the file again`
    default:
      return message
  }
}
