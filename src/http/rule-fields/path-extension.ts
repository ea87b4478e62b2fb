/**
 * The file extension of a path.
 * @module
 */

/**
 * What follows the last dot of the last segment, in the case it was written in. A dot that starts the segment
 * hides a file and is no extension.
 */
export function readExtension(path: string): string {
  const start = path.lastIndexOf('/') + 1
  const dot = path.lastIndexOf('.')
  return dot <= start ? '' : path.slice(dot + 1)
}
