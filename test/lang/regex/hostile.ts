/** Expressions that take a backtracking engine polynomial or exponential time, each with a subject that shows it. */
export interface HostileCase {
  readonly source: string
  /** Of `size` bytes or somewhat more. */
  readonly subject: (size: number) => string
  readonly matches: boolean
}

function fill(text: string, tail = ''): (size: number) => string {
  return (size) => text.repeat(Math.ceil(size / text.length)) + tail
}

export const HOSTILE: readonly HostileCase[] = [
  { source: '^(a+)+$', subject: fill('a', '!'), matches: false },
  { source: '^(a|aa)+$', subject: fill('a', '!'), matches: false },
  { source: '^(([a-z])+.)+[A-Z]([a-z])+$', subject: fill('a'), matches: false },
  { source: '(x+x+)+y', subject: fill('x'), matches: false },
  { source: '^(\\d+)*$', subject: fill('1', 'x'), matches: false },
  { source: '^(.+)+$', subject: fill('a', '\n'), matches: false },
  { source: '^(?:a+b?)+$', subject: fill('a', 'c'), matches: false },
  { source: 'a.*b.*c', subject: fill('ab'), matches: false },
  { source: 'foo.*bar', subject: fill('foo'), matches: false },
  { source: '(?i)<script[^>]*>', subject: fill('<script'), matches: false },
  { source: '(?i)(union|select).*(from|where)', subject: fill('select '), matches: false },
  { source: '[^@]+@[^@]+\\.[^@]+$', subject: fill('a@a.', '@'), matches: false },
  { source: '"(?:[^"\\\\]|\\\\.)*"', subject: fill('\\"'), matches: false },
  { source: '/\\*.*?\\*/', subject: fill('/*'), matches: true },
  { source: '\\bunion\\b.{1,100}?\\bselect\\b', subject: fill('union '), matches: false },
  { source: '(a?){40}a{40}x', subject: fill('a'), matches: false },
  { source: 'x[a-z]{1,80}=[a-z]*;x', subject: fill('x'), matches: false },
  { source: '.{100}x', subject: fill('a'), matches: false },
  { source: '(?:a|b)*a(?:a|b){12}c(?:.*)d', subject: fill('ab'), matches: false },
  {
    source:
      '^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$',
    subject: fill('a'),
    matches: false,
  },
]
