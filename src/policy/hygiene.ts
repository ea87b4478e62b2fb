/**
 * `hygiene.yaml`: what a request may look like before anything else is asked of it.
 * @module
 */
import { z } from 'zod'
import type { HygieneModel } from '../bundle/model.ts'
import { type FieldResult, methodField, readWith, sizeField, strict } from './fields.ts'

export const HYGIENE_FILE = 'hygiene.yaml'

const KIB = 1024
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** CONNECT asks for a tunnel and TRACE for an echo of headers (RFC 9110 section 9.3): no runtime forwards them. */
function checkMethods(methods: string[]): FieldResult<string[]> {
  const wrong = methods.find((method) => method === 'CONNECT' || method === 'TRACE')
  if (wrong)
    return {
      ok: false,
      message: `${wrong} cannot be allowed`,
      fix: `Remove ${wrong}: the edge cannot forward it.`,
    }
  return { ok: true, value: [...new Set(methods)] }
}

export const hygieneSchema: z.ZodType<HygieneModel> = strict({
  methods: readWith(z.array(methodField).min(1).max(50), checkMethods).default(METHODS),
  max_url_bytes: sizeField(256, 64 * KIB).default(8 * KIB),
  max_header_count: z.int().min(10).max(1000).default(100),
  max_header_bytes: sizeField(KIB, 128 * KIB).default(32 * KIB),
  max_header_value_bytes: sizeField(256, 128 * KIB).default(8 * KIB),
  max_query_parameters: z.int().min(0).max(10_000).default(256),
  max_cookies: z.int().min(0).max(1000).default(64),
  max_cookie_bytes: sizeField(0, 128 * KIB).default(8 * KIB),
  trailing_host_dot: z.enum(['strip', 'refuse']).default('strip'),
})
