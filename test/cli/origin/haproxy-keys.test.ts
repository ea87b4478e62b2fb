import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { haproxyKeysCommand } from '../../../src/cli/origin/haproxy-keys.ts'
import { formatKeySet, type Key } from '../../../src/signature/keys.ts'
import { ED25519_KEY, HMAC_KEY } from '../../signature/keys-fixture.ts'

const SECRET = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY'
let folder = ''
let printed = ''
let complained = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-haproxy-keys-'))
  printed = ''
  complained = ''
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)

async function run(keys: readonly Key[], ...args: string[]): Promise<void> {
  writeFileSync(at('origin.jwks.json'), formatKeySet({ keys }))
  const command = haproxyKeysCommand((line) => {
    printed += `${line}\n`
  })
  command.exitOverride().configureOutput({
    writeErr: (line) => {
      complained += line
    },
  })
  await command.parseAsync(['--keys', at('origin.jwks.json'), ...args], { from: 'user' })
}

test('the map is written for its owner only, beside the keys, and nothing is left around', async () => {
  await run([HMAC_KEY])
  expect(readFileSync(at('origin.map'), 'utf8')).toBe(`${HMAC_KEY.kid} ${SECRET}=\n`)
  expect(statSync(at('origin.map')).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder).sort()).toEqual(['origin.jwks.json', 'origin.map'])
  expect(printed).toContain(HMAC_KEY.kid)
  expect(printed).not.toContain(SECRET)
})

test('a map that was readable by others is not, once it is written anew', async () => {
  writeFileSync(at('origin.map'), 'old', { mode: 0o644 })
  await run([HMAC_KEY])
  expect(statSync(at('origin.map')).mode & 0o777).toBe(0o600)
})

test('an Ed25519 key is left out with a warning', async () => {
  await run([HMAC_KEY, ED25519_KEY])
  expect(printed).toContain(`warning: left out ${ED25519_KEY.kid}`)
  expect(readFileSync(at('origin.map'), 'utf8')).not.toContain(ED25519_KEY.kid)
})

test('a set without HMAC keys empties the map, as it may revoke the last one, and fails', async () => {
  await run([HMAC_KEY])
  await expect(run([ED25519_KEY])).rejects.toThrow()
  expect(complained).toContain('make HMAC keys')
  expect(readFileSync(at('origin.map'), 'utf8')).toBe('')
})

test('a folder that cannot be written to is named', async () => {
  await expect(run([HMAC_KEY], '--out', at('nowhere/origin.map'))).rejects.toThrow()
  expect(complained).toContain(`${at('nowhere/origin.map')} cannot be written`)
})

describe('a running HAProxy', () => {
  let server: Server
  let live: Map<string, string>
  let refuses: string | undefined
  let heard: string[]

  /** Answers like HAProxy 2.6: one line of commands for each connection. */
  function answer(command: string): string {
    heard.push(command)
    const [verb = '', , version = '', path = '', key = '', value = ''] = command.split(' ')
    if (refuses !== undefined && command.startsWith(refuses)) return 'Permission denied\n\n'
    if (verb === 'prepare') return 'New version created: 7\n\n'
    if (verb === 'add') {
      next.set(key, value)
      expect([version, path]).toEqual(['@7', at('origin.map')])
    }
    if (verb === 'commit') live = new Map(next)
    if (verb === 'show') return `${[...live].map(([k, v]) => `0x55d0 ${k} ${v}\n`).join('')}\n`
    return '\n'
  }
  const next = new Map<string, string>()

  beforeEach(async () => {
    live = new Map([['k-old', 'b2xk']])
    next.clear()
    refuses = undefined
    heard = []
    server = createServer((socket) => {
      socket.once('data', (chunk) => socket.end(chunk.toString().trim().split(';').map(answer).join('')))
    })
    await new Promise<void>((resolve) => server.listen(at('haproxy.sock'), resolve))
  })
  afterEach(() => new Promise((resolve) => server.close(resolve)))

  test('has the new keys, and only them, in one step', async () => {
    await run([HMAC_KEY], '--socket', at('haproxy.sock'))
    expect([...live.keys()]).toEqual([HMAC_KEY.kid])
    expect(heard.filter((command) => command.startsWith('commit'))).toHaveLength(1)
    expect(printed).toContain('running HAProxy')
    expect(printed).not.toContain(SECRET)
  })

  test.each(['prepare', 'commit'])('that refuses to %s is an error, and shows no secret', async (verb) => {
    refuses = verb
    await expect(run([HMAC_KEY], '--socket', at('haproxy.sock'))).rejects.toThrow()
    expect(complained).toContain(at('haproxy.sock'))
    expect(complained + printed).not.toContain(SECRET)
    expect([...live.keys()]).toEqual(['k-old'])
  })

  test('that is not there is an error, and the file is written all the same', async () => {
    await expect(run([HMAC_KEY], '--socket', at('other.sock'))).rejects.toThrow()
    expect(complained).toContain('is HAProxy running')
    expect(complained).toContain(`${at('origin.map')} is written`)
    expect(readFileSync(at('origin.map'), 'utf8')).toContain(HMAC_KEY.kid)
  })

  test('is not told of a path that would be read as a command', async () => {
    await expect(run([HMAC_KEY], '--socket', at('haproxy.sock'), '--out', at('a;b.map'))).rejects.toThrow()
    expect(complained).toContain('use a plain one')
    expect(heard).toEqual([])
  })
})
