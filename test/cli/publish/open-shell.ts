/** What the publishing commands print and find, in a folder of their own with keys and a policy. */

import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { vi } from 'vitest'
import { POLICY_FILES, writeNewKeyFiles } from '../../../src/cli/keys/key-files.ts'
import { createKeySets } from '../../../src/cli/keys/key-sets.ts'
import { KEYS_VARIABLE } from '../../../src/cli/publish/policy-keys.ts'
import type { RawPublishFlags } from '../../../src/cli/publish/publish-flags.ts'
import type { CommandShell } from '../../../src/cli/publish/shell.ts'
import { formatKeySet } from '../../../src/signature/keys.ts'
import { createPolicyFolder } from '../replay/policy-fixture.ts'
import { createFakeWrangler, type FakeWrangler } from './fake-wrangler.ts'

export interface OpenShell {
  readonly folder: string
  readonly rules: string
  readonly wrangler: FakeWrangler
  readonly shell: CommandShell
  /** All that was printed since the last call, errors too. */
  printed(): string
  /** Flags of `publish` for this folder. */
  flags(raw?: Partial<RawPublishFlags>): RawPublishFlags
  /** Replaces a file of the policy. */
  write(name: string, text: string): Promise<void>
  /** A shell with another private key set. */
  stranger(): CommandShell
  close(): Promise<void>
}

const FIXED_NOW = Date.UTC(2026, 10, 22, 12)

export async function openShell(): Promise<OpenShell> {
  const { folder, rules } = await createPolicyFolder()
  const wrangler = await createFakeWrangler()
  const keys = createKeySets('ed25519', randomBytes)
  await mkdir(join(folder, 'keys'))
  writeNewKeyFiles(join(folder, 'keys'), POLICY_FILES, keys)
  const lines: string[] = []
  const print = (text: string): void => {
    lines.push(text)
  }
  // Problems of a policy go to the console.
  const spy = vi.spyOn(console, 'error').mockImplementation(print)
  const shell: CommandShell = {
    out: print,
    err: print,
    now: () => FIXED_NOW,
    clock: () => performance.now(),
    sleep: async () => {},
    randomBytes,
    environment: { [KEYS_VARIABLE]: formatKeySet(keys.edge), GITHUB_ACTOR: 'someone' },
    running: undefined,
    wrangler: wrangler.answer,
    testPolicy: async () => [],
  }
  const others = formatKeySet(createKeySets('ed25519', randomBytes).edge)
  return {
    folder,
    rules,
    wrangler,
    shell,
    printed: () => `${lines.splice(0).join('\n')}\n`,
    flags: (raw = {}) => {
      const takesPolicy = !(raw.promote || raw.rollback || raw.kill || raw.unkill)
      return {
        remote: true,
        binding: 'RULES',
        timeout: '60',
        ...(takesPolicy ? { policy: rules } : {}),
        ...raw,
      }
    },
    write: (name, text) => writeFile(join(rules, name), text),
    stranger: () => ({ ...shell, environment: { [KEYS_VARIABLE]: others } }),
    close: async () => {
      spy.mockRestore()
      await wrangler.remove()
    },
  }
}
