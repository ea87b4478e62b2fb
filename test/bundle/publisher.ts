/** Publishes to a fake KV as the command line does. */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { historyKey, POINTER_KEY, type Pointer, type StoreWrite } from '../../src/bundle/delivery.ts'
import type { PublicationAction } from '../../src/bundle/next-pointer.ts'
import { type PublicationInput, planPublication, signPublication } from '../../src/bundle/plan-publication.ts'
import { createPointerSigner, type PointerSigner } from '../../src/bundle/sign-pointer.ts'
import { createPointerVerifier, type PointerVerifier } from '../../src/bundle/verify-pointer.ts'
import type { Ed25519Key } from '../../src/signature/keys.ts'
import type { FakeKv } from './fake-kv.ts'
import type { Parts } from './policy-model.ts'

export async function createPolicyKey(kid: string): Promise<Ed25519Key> {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  if (x === undefined || d === undefined) throw new Error('no key')
  return { kty: 'OKP', crv: 'Ed25519', x, d, kid, alg: 'EdDSA', use: 'sig' }
}

export interface Publisher {
  readonly verify: PointerVerifier
  readonly sign: PointerSigner
  /** The writes of a publication, none of them made yet. Throws the message of a refused plan. */
  plan(
    action: PublicationAction,
    parts?: Parts,
    more?: Partial<PublicationInput>,
  ): Promise<readonly StoreWrite[]>
  /** Plans, and makes all writes. */
  publish(action: PublicationAction, parts?: Parts, more?: Partial<PublicationInput>): Promise<Pointer>
  read(key?: string): Promise<Pointer | undefined>
}

export async function createPublisher(kv: FakeKv, now: () => number, key?: Ed25519Key): Promise<Publisher> {
  const own = key ?? (await createPolicyKey('p1'))
  const sign = await createPointerSigner(own)
  const verify = await createPointerVerifier([own])

  async function read(from = POINTER_KEY): Promise<Pointer | undefined> {
    const bytes = kv.get(from)
    const result = bytes && (await verify(bytes))
    return result?.ok ? result.pointer : undefined
  }

  const plan: Publisher['plan'] = async (action, parts, more) => {
    const history = kv.keys().filter((name) => name.startsWith('history/'))
    const result = await planPublication({
      action,
      ...(parts ? { parts } : {}),
      current: await read(),
      target: action.kind === 'rollback' ? await read(historyKey(action.serial)) : undefined,
      highestSerial: Math.max(0, ...history.map((name) => Number(name.slice(8)))),
      present: new Set(kv.keys()),
      now: Math.floor(now() / 1000),
      salt: randomUUID(),
      ...more,
    })
    if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message} ${result.error.fix}`)
    return signPublication(result.plan, sign)
  }

  return {
    verify,
    sign,
    read,
    plan,
    async publish(action, parts, more) {
      for (const write of await plan(action, parts, more)) kv.put(write)
      const pointer = await read()
      if (!pointer) throw new Error('nothing was published')
      return pointer
    },
  }
}
