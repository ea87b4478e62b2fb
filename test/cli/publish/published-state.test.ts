import { randomBytes } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PolicyReference } from '../../../src/bundle/delivery.ts'
import { createPointerVerifier } from '../../../src/bundle/verify-pointer.ts'
import { createKeySets } from '../../../src/cli/keys/key-sets.ts'
import { executePublish } from '../../../src/cli/publish/execute-publish.ts'
import { findPolicyKeys } from '../../../src/cli/publish/policy-keys.ts'
import { downloadPolicy, readPointer } from '../../../src/cli/publish/published-state.ts'
import type { Store } from '../../../src/cli/publish/store.ts'
import { createWranglerStore } from '../../../src/cli/publish/wrangler-store.ts'
import { type OpenShell, openShell } from './open-shell.ts'

let opened: OpenShell
let store: Store
let active: PolicyReference

beforeEach(async () => {
  opened = await openShell()
  store = createWranglerStore({ run: opened.shell.wrangler, where: 'remote', print: () => {} })
  await executePublish(opened.flags(), opened.shell)
  const keys = findPolicyKeys({ file: undefined, purpose: 'check', environment: opened.shell.environment })
  if (!keys.ok) throw new Error(keys.message)
  const read = await readPointer(store, await createPointerVerifier(keys.keySet.keys))
  if (!read?.ok) throw new Error('no pointer')
  active = read.pointer.active
})
afterEach(() => opened.close())

/** Changes one byte of each value whose key begins so. */
async function damage(prefix: string): Promise<void> {
  const folder = join(opened.wrangler.folder, 'values')
  for (const name of (await readdir(folder)).filter((each) => decodeURIComponent(each).startsWith(prefix))) {
    const bytes = await readFile(join(folder, name))
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    await writeFile(join(folder, name), bytes)
  }
}

describe('a published policy', () => {
  test('comes back with its model and its parts by name', async () => {
    const { bundle, parts } = await downloadPolicy(store, active)
    expect(bundle.model.version).toBe(active.version)
    expect([...parts.keys()].sort()).toEqual(['cidr/blocklist', 'policy.json'])
  })

  test.each(['manifest/', 'blob/'])('with a changed %s is told, not used', async (prefix) => {
    await damage(prefix)
    await expect(downloadPolicy(store, active)).rejects.toThrow(/cannot be read: /)
  })

  test('that cannot be read does not keep another from being published', async () => {
    await damage('manifest/')
    await opened.write('limits.yaml', 'limits: []\n')
    opened.printed()
    expect(await executePublish(opened.flags(), opened.shell)).toBe(0)
    expect(opened.printed()).toContain('Not compared with what is active')
  })
})

describe('keys of live policy', () => {
  const find = (text: string) =>
    findPolicyKeys({ file: undefined, purpose: 'sign', environment: { SALLYPORT_POLICY_PRIVATE_KEYS: text } })

  test('from a variable that holds none are named by the variable, not by what it holds', () => {
    expect(find('{"keys":"hunter2"}')).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^SALLYPORT_POLICY_PRIVATE_KEYS: (?!.*hunter2)/),
    })
  })

  test('that are secrets of requests are refused: with one, who checks could publish', () => {
    const { edge } = createKeySets('hmac-sha256', randomBytes)
    expect(find(JSON.stringify(edge))).toMatchObject({
      ok: false,
      message: expect.stringContaining('sallyport keys policy new'),
    })
  })
})
