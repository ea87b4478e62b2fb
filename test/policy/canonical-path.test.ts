import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTarget } from '../../src/http/target.ts'
import { checkPath } from '../../src/policy/canonical-path.ts'

const piece = fc.constantFrom(
  '/',
  'a',
  '.',
  '..',
  '%',
  '%2f',
  '%2F',
  '%41',
  '%00',
  ' ',
  'é',
  '?',
  '#',
  '*',
  '~',
  '[',
  '\\',
  '.sallyport',
  '//',
  ';',
)
const text = fc.array(piece, { maxLength: 10 }).map((pieces) => `/${pieces.join('')}`)

test('a path is accepted only in the form in which requests are matched', () => {
  fc.assert(
    fc.property(text, (path) => {
      const result = checkPath(path)
      if (result.ok) expect(readTarget(path)).toMatchObject({ path, query: '' })
    }),
    { numRuns: 3000 },
  )
})

test('what a refusal proposes is accepted, unless it is reserved', () => {
  fc.assert(
    fc.property(text, (path) => {
      const result = checkPath(path)
      const proposed = result.ok ? undefined : /^Write "(.*)"\.$/.exec(result.fix)?.[1]
      if (proposed === undefined) return
      const next = checkPath(JSON.parse(`"${proposed}"`))
      expect(next.ok || next.message.includes('reserved')).toBe(true)
    }),
    { numRuns: 3000 },
  )
})

test.each(['/.sallyport', '/.sallyport/', '/.sallyport/health'])('%s is reserved', (path) => {
  expect(checkPath(path)).toMatchObject({ ok: false, message: expect.stringContaining('reserved') })
})

test('only the reserved folder is reserved', () => {
  expect(checkPath('/.sallyports').ok).toBe(true)
  expect(checkPath('/a/.sallyport').ok).toBe(true)
})
