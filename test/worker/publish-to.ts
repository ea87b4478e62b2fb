/** Publishes to the KV of an edge in workerd, as the command line does. */
import { randomBytes } from 'node:crypto'
import { historyKey, POINTER_KEY, type Pointer } from '../../src/bundle/delivery.ts'
import type { PublicationAction } from '../../src/bundle/next-pointer.ts'
import { planPublication, signPublication } from '../../src/bundle/plan-publication.ts'
import { createPointerSigner } from '../../src/bundle/sign-pointer.ts'
import { createPointerVerifier } from '../../src/bundle/verify-pointer.ts'
import type { LocalKv } from '../../src/cli/local/edge.ts'
import { loadPolicy } from '../../src/policy/load-policy.ts'
import { parseKeySet } from '../../src/signature/keys.ts'

export type Files = Readonly<Record<string, string>>

export interface PublishOptions {
  readonly kv: LocalKv
  /** The private JWK Set. */
  readonly keys: string
  readonly action: PublicationAction
  readonly files?: Files
}

async function compileParts(files: Files): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  const loaded = await loadPolicy(new Map(Object.entries(files)))
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 2))
  return loaded.parts
}

/** @returns the pointer that is active then. */
export async function publishTo({ kv, keys, action, files }: PublishOptions): Promise<Pointer> {
  const parsed = parseKeySet(keys)
  const key = parsed.ok ? parsed.keySet.keys[0] : undefined
  if (!key) throw new Error('no key')
  const verify = await createPointerVerifier([key])
  const read = async (name: string): Promise<Pointer | undefined> => {
    const bytes = await kv.get(name, 'arrayBuffer')
    const result = bytes && (await verify(new Uint8Array(bytes)))
    return result?.ok ? result.pointer : undefined
  }
  const present = (await kv.list()).keys.map(({ name }) => name)
  const history = present.filter((name) => name.startsWith('history/'))
  const planned = await planPublication({
    action,
    ...(files ? { parts: await compileParts(files) } : {}),
    current: await read(POINTER_KEY),
    target: action.kind === 'rollback' ? await read(historyKey(action.serial)) : undefined,
    highestSerial: Math.max(0, ...history.map((name) => Number(name.slice(8)))),
    present: new Set(present),
    now: Math.floor(Date.now() / 1000),
    salt: randomBytes(12).toString('base64url'),
  })
  if (!planned.ok) throw new Error(planned.error.message)
  const writes = await signPublication(planned.plan, await createPointerSigner(key))
  for (const { key: name, value, metadata } of writes) await kv.put(name, value, metadata ? { metadata } : {})
  return planned.plan.pointer
}
