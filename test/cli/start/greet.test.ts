import { expect, test } from 'vitest'
import { greet } from '../../../src/cli/start/greet.ts'

test('what npm start says names both doors and commands that find them by themselves', () => {
  let text = ''
  const out = { write: (part: string) => (text += part) } as unknown as NodeJS.WritableStream
  const doors = { edge: 'http://127.0.0.1:1', origin: 'http://127.0.0.1:2', policy: 'p' }
  greet(doors as Parameters<typeof greet>[0], 'log.ndjson', out)
  expect(text).toContain('curl http://127.0.0.1:1/whoami')
  expect(text).toMatch(/^ {4}npm run sallyport -- origin doctor +#/m)
  expect(text).toMatch(/^ {4}npm run tour +#/m)
})
