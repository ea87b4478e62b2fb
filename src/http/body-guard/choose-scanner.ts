/**
 * Which scanner looks at a body, by its Content-Type.
 * @module
 */
import type { BodyBounds } from './body-bounds.ts'
import type { BodyFault } from './body-rules.ts'
import { keepsAscii } from './charset.ts'
import { type ContentType, hasSeveralTypes, readContentType } from './content-type.ts'
import { createFormScanner } from './form-scanner.ts'
import { createJsonScanner } from './json-scanner.ts'
import { createMultipartScanner } from './multipart-scanner.ts'
import type { Scanner } from './scanner.ts'
import { createXmlScanner } from './xml-scanner.ts'

type Kind = 'json' | 'xml' | 'form' | 'multipart'

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['application/json', 'json'],
  ['text/json', 'json'],
  ['application/xml', 'xml'],
  ['text/xml', 'xml'],
  ['application/x-www-form-urlencoded', 'form'],
  ['multipart/form-data', 'multipart'],
])

/** A structured syntax suffix says what content is in, whatever it means (RFC 6838 section 4.2.8). */
function kindOf(essence: string): Kind | undefined {
  const known = KINDS.get(essence)
  if (known !== undefined) return known
  if (essence.endsWith('+json')) return 'json'
  return essence.endsWith('+xml') ? 'xml' : undefined
}

/** RFC 2046 section 5.1.1; the space cannot be last. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/

/** `undefined` for content that no scanner knows: it passes by its size and pace alone. */
export function chooseScanner(
  field: string | undefined,
  bounds: BodyBounds,
): Scanner | BodyFault | undefined {
  if (field === undefined) return undefined
  if (hasSeveralTypes(field)) return 'type'
  const type = readContentType(field)
  const kind = kindOf(type.essence)
  if (kind === undefined) return undefined
  if (type.charset !== undefined && !keepsAscii(type.charset)) return 'charset'
  if (kind === 'json') return createJsonScanner(bounds.json)
  if (kind === 'xml') return createXmlScanner(bounds.xml)
  return kind === 'form' ? createFormScanner(bounds.form) : chooseMultipart(type, bounds)
}

function chooseMultipart({ boundary, isAmbiguous }: ContentType, bounds: BodyBounds): Scanner | BodyFault {
  if (boundary === undefined || isAmbiguous || !BOUNDARY.test(boundary)) return 'form-malformed'
  return createMultipartScanner(bounds.form, boundary)
}
