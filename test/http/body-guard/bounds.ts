/** Bounds for tests, small enough to be passed. */
import type { BodyBounds } from '../../../src/http/body-guard/body-bounds.ts'

export const BOUNDS: BodyBounds = {
  first_byte_ms: 10_000,
  deadline_ms: 300_000,
  min_rate: 500,
  json: { max_depth: 4, max_keys: 5, max_items: 12, max_string: 8 },
  xml: { max_depth: 3, max_elements: 6, max_attributes: 2 },
  form: { max_keys: 4 },
  compressed: { allow: ['gzip', 'deflate'], max_size: 2_000_000, max_ratio: 100 },
}
