import { expect, test } from 'vitest'
import { isDosModel } from '../../src/bundle/dos-shape.ts'
import { dosSchema } from '../../src/policy/dos.ts'

const model = dosSchema.parse({})

/** The model with the value at a path such as `bodies.json.max_depth` replaced. */
function change(path: string, value: unknown): unknown {
  const copy = structuredClone(model) as unknown as Record<string, unknown>
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  let node = copy
  for (const key of keys) node = node[key] as Record<string, unknown>
  if (value === undefined) delete node[last]
  else node[last] = value
  return copy
}

test('the model of a policy has the shape', () => {
  expect(isDosModel(model)).toBe(true)
})

test.each([
  ['bans.status', 200],
  ['bans.mode', 'on'],
  ['detection.factor', 1],
  ['detection.factor', Number.NaN],
  ['detection.factor', '3'],
  ['detection.explains', 0],
  ['detection.explains', 101],
  ['detection.min_rate', 0],
  ['detection.timeout', 1.5],
  ['detection.wide_action', 'ban'],
  ['detection', undefined],
  ['attack_mode.action', 'block'],
  ['attack_mode.quiet', 0],
  ['bodies.json.max_depth', 0],
  ['bodies.json.extra', 1],
  ['bodies.xml.max_attributes', undefined],
  ['bodies.compressed.allow', ['lzma']],
  ['bodies.compressed.max_ratio', -1],
  ['bodies.first_byte_ms', 0],
])('%s cannot be %s', (path, value) => {
  expect(isDosModel(change(path, value))).toBe(false)
})
