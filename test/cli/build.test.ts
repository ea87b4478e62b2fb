import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openBundle } from '../../src/bundle/bundle.ts'
import { buildCommand } from '../../src/cli/build.ts'
import { loadFolder, readFolder } from '../../src/cli/load-folder.ts'
import { createPolicyFolder } from './replay/policy-fixture.ts'

let folder = ''
let rules = ''
let out = ''
let errors = ''

beforeEach(async () => {
  ;({ folder, rules } = await createPolicyFolder())
  out = join(folder, 'deep/dist/baseline.bin')
  errors = ''
  vi.spyOn(console, 'log').mockImplementation(() => {})
  vi.spyOn(console, 'error').mockImplementation((text: string) => {
    errors += `${text}\n`
  })
})
afterEach(async () => {
  vi.restoreAllMocks()
  process.exitCode = 0
  await rm(folder, { recursive: true })
})

const build = async (): Promise<void> => {
  await buildCommand().parseAsync(['--policy', rules, '--out', out], { from: 'user' })
}

describe('sallyport build', () => {
  test('writes the compiled policy, and nothing beside it', async () => {
    await build()
    const bytes = new Uint8Array(readFileSync(out))
    const { model } = openBundle(bytes.buffer)
    expect(model.routes.map(({ id }) => id).sort()).toEqual(['old', 'site', 'upload'])
    expect(readdirSync(join(out, '..'))).toEqual(['baseline.bin'])
    expect(process.exitCode ?? 0).toBe(0)
  })

  test('writes the same bytes for the same policy', async () => {
    await build()
    const first = readFileSync(out)
    await build()
    expect(readFileSync(out).equals(first)).toBe(true)
  })

  test('with a broken policy says where, fails, and leaves the last one alone', async () => {
    await build()
    const before = readFileSync(out)
    await writeFile(join(rules, 'limits.yaml'), 'limits:\n  - id: login\n    period: 10x\n')
    await build()
    expect(process.exitCode).toBe(1)
    expect(errors).toMatch(/limits\.yaml:3:\d+: error: /)
    expect(errors).toContain(`${rules}/limits.yaml:3:`)
    expect(errors).toMatch(/nothing was built/)
    expect(readFileSync(out).equals(before)).toBe(true)
  })

  test('without a policy writes nothing', async () => {
    rules = join(folder, 'nowhere')
    await build()
    expect([process.exitCode, existsSync(out)]).toEqual([1, false])
    expect(errors).toContain('nowhere')
  })
})

describe('a policy folder that is loaded for a command', () => {
  test('comes back as its files', async () => {
    expect([...((await readFolder(rules)) ?? new Map()).keys()].sort()).toEqual([
      'access.yaml',
      'limits.yaml',
      'routes/site.yaml',
      'settings.yaml',
    ])
  })

  test('with warnings compiles, and shows them', async () => {
    const guard = 'guards:\n  - { id: odd, hosts: [unserved.example], deny: { countries: [FR] } }\n'
    await writeFile(join(rules, 'access.yaml'), guard)
    expect(await loadFolder(rules, { undone: 'nothing was done' })).toMatchObject({ ok: true })
    expect(errors).toContain('access.yaml:2:')
    expect(errors).toContain('unserved.example')
    expect(errors).toContain('warning')
  })

  test('that cannot be read is a line, not a stack', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'sallyport-empty-'))
    await mkdir(join(empty, 'routes'))
    expect(await readFolder(empty)).toBeUndefined()
    expect(errors).not.toMatch(/\n {4}at /)
    await rm(empty, { recursive: true })
  })
})
