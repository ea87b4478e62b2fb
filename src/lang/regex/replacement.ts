/**
 * What `regex_replace` puts in the place of a match: text with references to groups.
 * @module
 */

/** References in one replacement (Cloudflare's limit). */
export const MAX_REFERENCES = 8

/** Text, or the number or name of a group. */
export type ReplacementPart = { readonly text: string } | { readonly group: string }

/**
 * Splits a replacement: `$1`, `${1}` and `${name}` are references, `$$` is a dollar sign. As in the Rust
 * dialect `$1a` is the group named `1a`; write `${1}a`. A dollar sign that begins nothing is itself.
 */
export function parseReplacement(source: string): ReplacementPart[] {
  const parts: ReplacementPart[] = []
  let text = ''
  const reference = /\$(?:(\$)|([0-9A-Za-z_]+)|\{([^}]*)\})/y
  for (let at = 0; at < source.length; ) {
    reference.lastIndex = at
    const match = source.charAt(at) === '$' ? reference.exec(source) : null
    const group = match?.[2] ?? match?.[3]
    if (group !== undefined) {
      if (text !== '') parts.push({ text })
      text = ''
      parts.push({ group })
    } else text += source.charAt(at)
    at += match?.[0].length ?? 1
  }
  if (text !== '') parts.push({ text })
  return parts
}

export function countReferences(parts: readonly ReplacementPart[]): number {
  return parts.reduce((sum, part) => sum + ('group' in part ? 1 : 0), 0)
}
