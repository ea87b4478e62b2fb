/** Messages as the libraries take them. */
import type { FieldLines, RequestMessage } from '../../../src/signature/general/message.ts'

export function pairsOf(lines: FieldLines): { name: string; value: string }[] {
  const pairs: { name: string; value: string }[] = []
  for (let i = 0; i + 1 < lines.length; i += 2)
    pairs.push({ name: lines[i] ?? '', value: lines[i + 1] ?? '' })
  return pairs
}

function hostOf({ fields }: RequestMessage): string {
  return pairsOf(fields).find(({ name }) => name.toLowerCase() === 'host')?.value ?? ''
}

/** CONNECT and `*` have no URL: the libraries get the host, and the raw target where they take one. */
export function urlOf(request: RequestMessage): string {
  const rest = request.target.startsWith('/') ? request.target : ''
  return `${request.scheme}://${hostOf(request)}${rest}`
}
