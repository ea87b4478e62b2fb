/**
 * Which keys of a directory have signed the answer that it came in. A signature of each key over the authority shows
 * that the host has the private half: without it a host could publish keys of others and answer for their requests.
 * @module
 */
import { combineField } from '../../../signature/general/field-value.ts'
import { parseDictionary } from '../../../signature/general/parse-structured.ts'
import { type FetchResponse, readFetchResponse } from '../../../signature/general/read-message.ts'
import { createVerifier } from '../../../signature/general/signature.ts'
import type { VerifyingKey } from '../../../signature/general/verify-signature.ts'
import { importVerifyingKey } from '../../../signature/general/webcrypto-key.ts'
import type { PublishedKey } from './published-key.ts'

const TAG = 'http-message-signatures-directory'
/** Characters of both fields: 32 signatures, each with a nonce. */
const MAX_LENGTH = 16_384
const MAX_LABELS = 32
/** Seconds. An answer may come out of a cache that keeps it as long as we would. */
const MAX_AGE = 86_400
const SKEW = 60
const LABEL = /^[a-z*][a-z0-9_\-.*]{0,63}$/

/** `undefined` when the answer carries no signature with the tag of directories. */
export async function findProvenKeys(
  response: FetchResponse,
  url: URL,
  keys: readonly PublishedKey[],
  now: number,
): Promise<ReadonlySet<string> | undefined> {
  const request = {
    kind: 'request',
    method: 'GET',
    target: url.pathname,
    scheme: 'https',
    authority: url.host,
    fields: [],
  } as const
  const message = readFetchResponse(response, request)
  const labels = listLabels(message.fields)
  if (labels.length === 0) return undefined
  const proven = new Set<string>()
  for (const label of labels) {
    const { verify } = createVerifier({
      policy: {
        select: { label, tag: TAG },
        components: ['@authority;req'],
        parameters: ['created', 'expires', 'keyid', 'tag'],
        maxAge: MAX_AGE,
        skew: SKEW,
        maxLength: MAX_LENGTH,
      },
      findKey: (keyid) => importKey(keys.find((key) => key.keyid === keyid)),
    })
    const result = await verify(message, now / 1000)
    if (result.ok && result.parameters.keyid !== undefined) proven.add(result.parameters.keyid)
  }
  return proven
}

function importKey(key: PublishedKey | undefined): Promise<VerifyingKey> | undefined {
  return key && importVerifyingKey(key.jwk.kty === 'OKP' ? 'ed25519' : 'rsa-pss-sha512', key.jwk)
}

function listLabels(fields: readonly string[]): readonly string[] {
  const at = fields.indexOf('signature-input')
  const value = at < 0 ? undefined : combineField('signature-input', [fields[at + 1] ?? ''])
  const parsed = value && parseDictionary(value, { maxLength: MAX_LENGTH, maxValues: 1024 })
  if (!parsed || parsed.repeated) return []
  const labels = [...parsed.members].filter(([label, { parameters }]) => {
    const tag = parameters.get('tag')
    return tag?.type === 'string' && tag.value === TAG && LABEL.test(label)
  })
  return labels.slice(0, MAX_LABELS).map(([label]) => label)
}
