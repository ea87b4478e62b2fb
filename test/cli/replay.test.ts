import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { combinedLine, createPolicyFolder } from './replay/policy-fixture.ts'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

let folder = ''
let rules = ''
beforeAll(async () => {
  ;({ folder, rules } = await createPolicyFolder())
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function start(args: readonly string[]) {
  return spawn(process.execPath, [MAIN, 'replay', ...args])
}

async function run(args: readonly string[], input = '') {
  const child = start(args)
  child.stdin.end(input)
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { out, err, code }
}

const LINE = combinedLine(0, '198.51.100.9', 'GET / HTTP/1.1')

describe('sallyport replay', () => {
  it('reads standard input and prints one JSON object', async () => {
    const { out, err, code } = await run(['-', '--policy', rules, '--json'], LINE)
    expect([code, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toMatchObject({ version: 1, totals: { requests: 1, refused: 1 } })
  })

  it.each([[[]], [['-', '--nonsense']], [['-', '--top', 'many']]])(
    'exits with 2 for wrong usage: %j',
    async (args) => {
      const { out, err, code } = await run(args)
      expect([code, out]).toEqual([2, ''])
      expect(err).not.toBe('')
    },
  )

  it('exits with 1 when nothing could be read', async () => {
    expect((await run(['/nonexistent/access.log', '--policy', rules])).code).toBe(1)
  })

  it('explains itself, exit codes included', async () => {
    const { out, code } = await run(['--help'])
    expect(code).toBe(0)
    expect(out).toContain('Exit codes:')
  })

  it('ends quietly when whoever reads its output has gone', async () => {
    const child = start(['-', '--policy', rules])
    const errors = text(child.stderr)
    child.stdout.destroy()
    child.stdin.end(LINE)
    const [code, signal] = await once(child, 'exit')
    expect([code, signal, await errors]).toEqual([0, null, ''])
  })
})
