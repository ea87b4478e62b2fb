import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keysCommand } from '../../src/cli/keys.ts'
import { parseKeySet } from '../../src/signature/keys.ts'

let directory = ''
let printed = ''
let complained = ''

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-keys-'))
  printed = ''
  complained = ''
})
afterEach(() => rmSync(directory, { recursive: true }))

function run(...args: string[]): void {
  const command = keysCommand((text) => {
    printed += text
  })
  for (const part of [command, ...command.commands, ...command.commands.flatMap((one) => one.commands)]) {
    part.exitOverride().configureOutput({
      writeErr: (text) => {
        complained += text
      },
    })
  }
  command.parse([...args, '--out', join(directory, 'keys')], { from: 'user' })
}

const readKids = (name: string): string[] => {
  const result = parseKeySet(readFileSync(join(directory, 'keys', name), 'utf8'))
  if (!result.ok) throw new Error(result.error.message)
  return result.keySet.keys.map(({ kid }) => kid)
}

describe.each(['hmac', 'ed25519'])('sallyport keys with %s', (alg) => {
  test('new, rotate and retire lead both files through a rotation', () => {
    run('new', '--alg', alg)
    const [first = ''] = readKids('edge.jwks.json')
    expect(readKids('origin.jwks.json')).toEqual([first])
    run('rotate')
    const [second = '', ...rest] = readKids('edge.jwks.json')
    expect(rest).toEqual([first])
    expect(readKids('origin.jwks.json')).toEqual([second, first])
    run('retire')
    expect(readKids('edge.jwks.json')).toEqual([second])
    expect(readKids('origin.jwks.json')).toEqual([second])
  })

  test('only the owner can read the files, and the terminal shows no key', () => {
    run('new', '--alg', alg)
    run('rotate')
    for (const name of ['edge.jwks.json', 'origin.jwks.json']) {
      const path = join(directory, 'keys', name)
      expect(statSync(path).mode & 0o777).toBe(0o600)
      const secrets = readFileSync(path, 'utf8').match(/"(k|d|x)":"[^"]+"/g) ?? []
      expect(secrets.length).toBeGreaterThan(0)
      for (const secret of secrets) expect(printed).not.toContain(secret.slice(5, -1))
    }
  })
})

test('the deploy order is printed: origin first', () => {
  run('new')
  expect(printed.indexOf('origin.jwks.json')).toBeGreaterThan(0)
  expect(printed.indexOf('origin.jwks.json')).toBeLessThan(
    printed.indexOf('wrangler secret put SALLYPORT_KEYS <'),
  )
})

test('existing keys are never overwritten', () => {
  run('new')
  const before = readKids('edge.jwks.json')
  expect(() => run('new')).toThrow('exists and is not overwritten')
  expect(readKids('edge.jwks.json')).toEqual(before)
})

test('rotate without keys says how to make them', () => {
  expect(() => run('rotate')).toThrow('make keys with "sallyport keys new"')
  expect(complained).toContain('edge.jwks.json is not there')
})

test('rotate twice says to retire first', () => {
  run('new')
  run('rotate')
  expect(() => run('rotate')).toThrow('keys retire')
})

test('a broken key file is named, its content is not shown', () => {
  run('new')
  const path = join(directory, 'keys', 'edge.jwks.json')
  writeFileSync(path, '{"keys":[{"kty":"oct","kid":"a","k":"c2VjcmV0"}]}')
  expect(() => run('rotate')).toThrow('keys[0] (a) needs a "k"')
  expect(complained).not.toContain('c2VjcmV0')
})

describe('sallyport keys policy', () => {
  test.each([[], ['new']])('makes a private and a public set: %j', (...words) => {
    run('policy', ...words)
    const secret = readFileSync(join(directory, 'keys', 'policy.jwks.json'), 'utf8')
    const open = readFileSync(join(directory, 'keys', 'policy.public.jwks.json'), 'utf8')
    expect(readKids('policy.public.jwks.json')).toEqual(readKids('policy.jwks.json'))
    expect(secret).toMatch(/"kty":"OKP".*"d":"/)
    expect(open).not.toContain('"d"')
    expect(statSync(join(directory, 'keys', 'policy.jwks.json')).mode & 0o777).toBe(0o600)
  })

  test('shows the public set as it goes into wrangler.toml, and nothing private', () => {
    run('policy')
    const { d } = JSON.parse(readFileSync(join(directory, 'keys', 'policy.jwks.json'), 'utf8')).keys[0]
    const open = readFileSync(join(directory, 'keys', 'policy.public.jwks.json'), 'utf8')
    const [, shown = ''] = /^SALLYPORT_POLICY_KEYS = '(.+)'$/m.exec(printed) ?? []
    expect(parseKeySet(shown)).toEqual(parseKeySet(open))
    expect(printed).not.toContain(d)
  })

  test('rotate and retire lead both files through a rotation, and name their own commands', () => {
    run('policy')
    const [first = ''] = readKids('policy.jwks.json')
    run('policy', 'rotate')
    const [second = '', ...rest] = readKids('policy.jwks.json')
    expect(rest).toEqual([first])
    expect(readKids('policy.public.jwks.json')).toEqual([second, first])
    expect(() => run('policy', 'rotate')).toThrow('sallyport keys policy retire')
    run('policy', 'retire')
    expect(readKids('policy.public.jwks.json')).toEqual([second])
    expect(() => run('policy', 'retire')).toThrow('sallyport keys policy rotate')
  })

  test('leaves the keys of the doors alone', () => {
    run('new')
    const before = readKids('edge.jwks.json')
    run('policy')
    run('policy', 'rotate')
    expect(readKids('edge.jwks.json')).toEqual(before)
    expect(() => run('policy')).toThrow('"sallyport keys policy rotate"')
  })
})
