import { describe, expect, test } from 'vitest'
import { printProblems } from '../../src/cli/print-problems.ts'
import type { Problem } from '../../src/policy/problem.ts'

const problem: Problem = {
  file: 'a.yaml',
  line: 2,
  column: 7,
  path: 'b.c',
  message: 'This is wrong',
  fix: 'Write x.',
}

describe('printProblems', () => {
  test('shows place, message, line with mark, and fix', () => {
    const text = printProblems([problem], new Map([['a.yaml', 'one\r\n  two: three\r\n']]), {
      folder: 'rules/',
    })
    expect(text).toBe(
      'rules/a.yaml:2:7: error: This is wrong (b.c)\n  2 |   two: three\n    |       ^\n  fix: Write x.\n',
    )
  })

  test('underlines what is wrong, as far as the line is shown', () => {
    const text = printProblems([{ ...problem, length: 6 }], new Map([['a.yaml', 'one\n  two: three four']]))
    expect(text).toContain('  2 |   two: three four\n    |       ^^^^^^\n')
    const rest = printProblems([{ ...problem, length: 60 }], new Map([['a.yaml', 'one\n  two: three']]))
    expect(rest).toContain('\n    |       ^^^^^^\n')
  })

  test('shows a part of a long line', () => {
    const line = `${'x'.repeat(500)}HERE${'y'.repeat(500)}`
    const text = printProblems([{ ...problem, line: 1, column: 501 }], new Map([['a.yaml', line]]))
    const [, shown = '', mark = ''] = text.split('\n')
    expect(shown.length).toBeLessThan(120)
    expect(shown.slice(mark.indexOf('^'), mark.indexOf('^') + 4)).toBe('HERE')
  })

  test('leaves the line out when there is none', () => {
    for (const files of [new Map<string, string>(), new Map([['a.yaml', 'one line']])]) {
      expect(printProblems([problem], files)).toBe(
        'a.yaml:2:7: error: This is wrong (b.c)\n  fix: Write x.\n',
      )
    }
  })

  test('lets nothing in a file control the terminal', () => {
    const files = new Map([['a.yaml', '\n\u001b[2J\u0007\u009b31m\tx']])
    const text = printProblems([{ ...problem, message: '\u001b[31mred' }], files)
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  })

  test('hides passwords in URLs and keeps the mark in place', () => {
    const files = new Map([['a.yaml', '\nx: https://user:secret@host.example']])
    const text = printProblems([problem], files)
    expect(text).not.toContain('secret')
    expect(text).toContain('https://***********@host.example')
  })

  test('counts what it does not show', () => {
    expect(printProblems([problem, problem, problem], new Map(), { limit: 1 })).toContain('and 2 more')
    expect(printProblems([], new Map())).toBe('')
  })
})
