import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ReadPolicyError, readPolicyFiles } from '../../src/cli/read-policy.ts'

let root = ''

async function makeFolder(files: Record<string, string | Uint8Array>): Promise<string> {
  const dir = await mkdtemp(join(root, 'rules-'))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(dir, name, '..'), { recursive: true })
    await writeFile(join(dir, name), content)
  }
  return dir
}

async function errorOf(dir: string): Promise<ReadPolicyError> {
  try {
    await readPolicyFiles(dir)
  } catch (error) {
    if (error instanceof ReadPolicyError) return error
    throw error
  }
  throw new Error('The folder was read.')
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sallyport-policy-'))
})
afterAll(() => rm(root, { recursive: true }))

describe('readPolicyFiles', () => {
  test('reads no pipe and no device, which would never end', async () => {
    const piped = await makeFolder({ 'routes/site.yaml': 'a' })
    execFileSync('mkfifo', [join(piped, 'access.yaml')])
    expect(await errorOf(piped)).toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('access.yaml is not a file'),
    })
    const linked = await makeFolder({ 'routes/site.yaml': 'a' })
    await symlink('/dev/zero', join(linked, 'limits.yaml'))
    expect(await errorOf(linked)).toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('limits.yaml is not a file'),
    })
  })

  test('reads policy files, routes, lists and tests, and nothing else', async () => {
    const dir = await makeFolder({
      'settings.yaml': 'a',
      'access.yml': 'b',
      'README.md': 'no',
      '.hidden.yaml': 'no',
      'routes/site.yaml': 'c',
      'routes/deep/x.yaml': 'no',
      'lists/office.txt': 'd',
      'lists/notes.md': 'no',
      'tests/site.yaml': 'e',
      'schema.json': 'no',
      'waf/x.yaml': 'no',
    })
    expect(Object.fromEntries(await readPolicyFiles(dir))).toEqual({
      'settings.yaml': 'a',
      'access.yml': 'b',
      'routes/site.yaml': 'c',
      'lists/office.txt': 'd',
      'tests/site.yaml': 'e',
    })
  })

  test('says so when the folder is missing, is a file or is empty', async () => {
    const dir = await makeFolder({ 'a.txt': '' })
    expect(await errorOf(join(dir, 'none'))).toMatchObject({
      code: 'no-folder',
      message: expect.stringContaining('--policy'),
    })
    expect(await errorOf(join(dir, 'a.txt'))).toMatchObject({ code: 'not-a-folder' })
    expect(await errorOf(dir)).toMatchObject({ code: 'empty', message: expect.stringContaining('routes') })
  })

  test('refuses files that are too large or not UTF-8', async () => {
    expect(await errorOf(await makeFolder({ 'a.yaml': 'x'.repeat(4 * 1024 * 1024 + 1) }))).toMatchObject({
      code: 'too-large',
    })
    expect(await errorOf(await makeFolder({ 'a.yaml': Uint8Array.of(0xff) }))).toMatchObject({
      code: 'not-utf8',
    })
  })

  test('refuses a folder of too many files', async () => {
    const files = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`lists/${i}.txt`, '']))
    expect(await errorOf(await makeFolder(files))).toMatchObject({ code: 'too-many' })
  })
})
