/**
 * Forms while they stream: the fields of an urlencoded one are counted.
 * @module
 */
import type { FormBounds } from './body-bounds.ts'
import type { Scanner } from './scanner.ts'

export function createFormScanner({ max_keys }: FormBounds): Scanner {
  let fields = 1
  return {
    scan(bytes) {
      // The runtime's search looks at many bytes at a time, and is called at most `max_keys` times in all.
      for (let at = bytes.indexOf(0x26); at !== -1; at = bytes.indexOf(0x26, at + 1))
        if (++fields > max_keys) return 'form-keys'
      return
    },
    end: () => undefined,
  }
}
