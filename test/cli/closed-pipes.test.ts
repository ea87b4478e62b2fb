import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

test.each([['check', '--cost'], ['test'], ['explain', 'curl http://127.0.0.1/']])(
  'sallyport %s ends as ever when nobody reads its output to the end',
  async (...args) => {
    const child = spawn(process.execPath, ['src/cli/main.ts', ...args], { cwd: root })
    child.stdout.destroy()
    let complaints = ''
    child.stderr.on('data', (bytes: Buffer) => {
      complaints += bytes.toString()
    })
    const [code] = await once(child, 'close')
    expect(complaints).not.toContain('EPIPE')
    expect(code).toBe(0)
  },
)
