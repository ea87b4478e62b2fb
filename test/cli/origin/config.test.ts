import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { configCommand } from '../../../src/cli/origin/config.ts'
import { LOAD_BALANCERS } from '../../../src/origin/recipes/description.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function print(...args: readonly string[]): Promise<string> {
  let text = ''
  const command = configCommand((part) => {
    text += part
  })
  await command.parseAsync(args, { from: 'user' })
  return text
}

/** The command with what it would end with; commander's own complaints end it at once. */
async function runConfig(...args: readonly string[]): Promise<{ status: unknown; err: string }> {
  let err = ''
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text)
    return true
  })
  const exit = vi.spyOn(process, 'exit').mockImplementation((code) => {
    process.exitCode = code ?? 0
    throw new Error('exit')
  })
  try {
    await print(...args).catch((error: unknown) => {
      if (!(error instanceof Error) || error.message !== 'exit') throw error
    })
    return { status: process.exitCode, err }
  } finally {
    process.exitCode = undefined
    write.mockRestore()
    exit.mockRestore()
  }
}

function write(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe.each(LOAD_BALANCERS)('the configuration of %s', (lb) => {
  test('is complete, says what the description said, and holds no secret', async () => {
    const text = await print(
      ...['--lb', lb, '--authority', 'origin.example', '--upstream', '10.9.8.7:3456'],
      ...['--unsigned', '/live', '--fact', 'country', '--keys', '/run/keys/o.json'],
    )
    expect(text.length).toBeGreaterThan(2000)
    expect(text).toContain('3456')
    expect(text).toContain('/live')
    expect(text).toMatch(/country/i)
    expect(text).not.toMatch(/\[object|NaN\b/)
    expect(
      text.split('\n').filter((line) => line.includes('#') || line.includes('//')).length,
    ).toBeGreaterThan(5)
  })
})

test('a description in a file says the same as options, which override it', async () => {
  const file = write(
    'origin.yaml',
    'authorities: [a.example]\nupstream: 10.1.1.1:80\nunsigned: [/up]\nkubernetes: {namespace: shop}\n',
  )
  const options = ['--authority', 'a.example', '--upstream', '10.1.1.1:80', '--unsigned', '/up']
  expect(await print('--lb', 'haproxy', '--from', file)).toBe(await print('--lb', 'haproxy', ...options))
  const text = await print('--lb', 'haproxy', '--from', file, '--upstream', '10.2.2.2:80')
  expect(text).toContain('10.2.2.2:80')
  expect(text).not.toContain('10.1.1.1')
  const named = await print('--lb', 'envoy-gateway', '--from', file, '--name', 'door')
  expect(named).toContain('namespace: shop')
  expect(named).toContain('name: door')
})

test('with --out files are written, and nothing that differs is overwritten unasked', async () => {
  const out = join(folder, 'out')
  await print('--lb', 'nginx-njs', '--authority', 'a.example', '--out', out)
  const names = readdirSync(out).toSorted()
  expect(names).toEqual(['sallyport.conf', 'sallyport.js'])
  const before = readFileSync(join(out, 'sallyport.conf'), 'utf8')
  const again = ['--lb', 'nginx-njs', '--out', out]
  expect(await runConfig(...again, '--authority', 'a.example')).toMatchObject({ status: 0 })
  const refused = await runConfig(...again, '--authority', 'a.example', '--listen', '127.0.0.1:8081')
  expect(refused.status).toBe(1)
  expect(refused.err).toContain('sallyport.conf in')
  expect(refused.err).toContain('--force overwrites')
  expect(readFileSync(join(out, 'sallyport.conf'), 'utf8')).toBe(before)
  const forced = await runConfig(
    ...again,
    '--authority',
    'a.example',
    '--listen',
    '127.0.0.1:8081',
    '--force',
  )
  expect(forced.status).toBe(0)
  expect(readFileSync(join(out, 'sallyport.conf'), 'utf8')).toContain('8081')
})

test.each([
  [
    ['--lb', 'haproxy'],
    2,
    'authorities is missing\nName the host that the edge sends requests to: --authority',
  ],
  [['--authority', 'a'], 2, "required option '--lb <name>'"],
  [['--lb', 'squid', '--authority', 'a'], 2, 'Allowed choices are haproxy, nginx-njs'],
  [['--lb', 'haproxy', '--authority', 'a"b'], 2, 'authorities[0] must be a host as the edge sends it'],
  [
    ['--lb', 'haproxy', '--authority', 'a', '--max-ttl', '1h'],
    2,
    'max_ttl must be a whole number from 1 to 60',
  ],
  [['--lb', 'haproxy', '--authority', 'a', '--tls-key', '/k.pem'], 2, 'tls.certificate is missing'],
  [
    ['--lb', 'haproxy', '--authority', 'a', '--from', '/nowhere.yaml'],
    1,
    '/nowhere.yaml cannot be read (ENOENT)',
  ],
] as const)('%j ends with %d and says what is wrong', async (args, status, message) => {
  const ended = await runConfig(...args)
  expect(ended.status).toBe(status)
  expect(ended.err.replaceAll('\n  ', '\n')).toContain(message)
})

test.each([
  ['a list', '- a\n', 'must have keys and values'],
  ['broken', 'a: [\n', 'is not YAML'],
  ['an unknown key', 'authorities: [a]\nupstreem: 1\n', 'has upstreem; known are keys, listen'],
])('a description that is %s is refused', async (name, text, message) => {
  const ended = await runConfig('--lb', 'caddy', '--from', write(`${name}.yaml`, text))
  expect(ended.status).toBeGreaterThan(0)
  expect(ended.err).toContain(message)
})
