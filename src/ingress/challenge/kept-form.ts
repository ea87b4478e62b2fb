/**
 * Content of a challenged POST that is not lost: it waits in the page and is sent again once the client is cleared.
 *
 * Only what a page of this very origin has sent. Sent again, it comes from our page, so it is same-origin then and
 * brings `SameSite` cookies along; to keep what another site has made the browser send would make that site's
 * request into the person's own (cross-site request forgery past SameSite=Lax, RFC 6265bis section 8.8).
 * @module
 */
import type { RequestFacts } from '../../http/facts.ts'
import { hasMoreFields } from './count-fields.ts'

/** Bytes of content that are kept. */
export const MAX_KEPT = 65_536
/** More fields than forms for people have. */
const MAX_FIELDS = 1000
const TYPE = /^application\/x-www-form-urlencoded(?:\s*;\s*charset="?utf-8"?)?$/i

/** Whether content is worth reading at all: a form in UTF-8 from a page of this origin, said to be small enough. */
export function mayKeep({ method, scheme, host, headers, hasBody }: RequestFacts): boolean {
  if (method !== 'POST' || !hasBody || headers.get('content-encoding') !== undefined) return false
  if (!TYPE.test(headers.get('content-type')?.trim() ?? '')) return false
  const length = headers.get('content-length')
  if (length !== undefined && Number(length) > MAX_KEPT) return false
  // Set by the browser alone. Where there is none, Origin says it; `null` is nobody's.
  const site = headers.get('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  return host.authority !== '' && headers.get('origin') === `${scheme}://${host.authority}`
}

/**
 * The content if a form can send it again byte for byte, which holds for what browsers send; else `undefined`, as
 * nothing is better than something else than was sent.
 */
export function keepForm(content: string | undefined): string | undefined {
  return content !== undefined && parseKept(content) !== undefined ? content : undefined
}

/** Names and values of kept content; `undefined` for what is not kept. */
export function parseKept(content: string): readonly (readonly [name: string, value: string])[] | undefined {
  if (content === '' || content.length > MAX_KEPT || hasMoreFields(content, MAX_FIELDS)) return undefined
  const parameters = new URLSearchParams(content)
  if (parameters.toString() !== content) return undefined
  const fields = [...parameters]
  return fields.some(([name, value]) => name === '_charset_' || isChanged(name) || isChanged(value))
    ? undefined
    : fields
}

/**
 * What a form would not send as it stands: it makes all line ends CR LF (HTML section 4.10.21.8), and no parser lets
 * a NUL through. (Nor a field named `_charset_`, which the browser fills in itself.)
 */
function isChanged(text: string): boolean {
  return /\0|\r(?!\n)|(?<!\r)\n/.test(text)
}
