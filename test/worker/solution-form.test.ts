import { expect, it } from 'vitest'
import { readSolution } from '../../src/worker/solution-form.ts'

it('a solution may hold an answer of hCaptcha, a long path and nothing longer', () => {
  const read = (response: number, path: number): boolean => {
    const form = { token: 't', return: `/${'<'.repeat(path - 1)}`, response: 'r'.repeat(response) }
    return readSolution(new URLSearchParams(form).toString()) !== undefined
  }
  expect([read(8192, 2048), read(8193, 2048), read(8192, 2049)]).toEqual([true, false, false])
})

it('a form of more fields than ours have is no solution, and is not taken apart', () => {
  const more = (count: number): string => `token=t&body=a${'&x=1'.repeat(count)}`
  expect(readSolution(more(6))).toEqual({ token: 't', body: 'a' })
  for (const count of [7, 60_000]) expect(readSolution(more(count))).toBeUndefined()
  expect(readSolution(`token=t&body=${'&'.repeat(10)}`)).toBeUndefined()
})
