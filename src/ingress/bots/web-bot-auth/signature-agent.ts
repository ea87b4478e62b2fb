/**
 * The field `Signature-Agent`: where the keys of who signed a request are published
 * (draft-meunier-webbotauth-httpsig-directory-00). It was one string first and is a dictionary now; both are sent.
 * @module
 */
import { parseDictionary, parseItem } from '../../../signature/general/parse-structured.ts'
import type { BareItem, Item } from '../../../signature/general/structured-value.ts'

export interface SignatureAgent {
  /** Key of the dictionary's member; `undefined` when the whole field is one string. */
  readonly key: string | undefined
  /** As sent: nothing is known of it but that it is a text. */
  readonly uri: string
}

/** Signers write one member; each proxy that signs too adds one. */
const LIMITS = { maxLength: 1024, maxValues: 16 }

/** None for what is neither form, is too long, or has a key twice: two readers could differ on who is meant. */
export function readSignatureAgent(value: string): readonly SignatureAgent[] {
  const item = parseItem(value, LIMITS)
  if (item) return toAgents(undefined, item)
  const dictionary = parseDictionary(value, LIMITS)
  if (!dictionary || dictionary.repeated) return []
  return [...dictionary.members].flatMap(([key, member]) =>
    member.kind === 'item' ? toAgents(key, member) : [],
  )
}

/** Keys are also found by `jwks_uri` and `cimd`, with paths of their own. Nothing but directories is fetched here. */
function toAgents(key: string | undefined, { value, parameters }: Item): readonly SignatureAgent[] {
  return value.type === 'string' && isDirectory(parameters.get('type')) ? [{ key, uri: value.value }] : []
}

function isDirectory(type: BareItem | undefined): boolean {
  if (type === undefined) return true
  return (type.type === 'token' || type.type === 'string') && type.value === 'directory'
}
