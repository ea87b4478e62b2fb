/** A rotation as an operator makes it, while requests go on: add, sign with the new key, retire the old one. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { watchKeyFile } from '../../src/origin/key-file.ts'
import type { WatchedKeys } from '../../src/origin/key-source.ts'
import { createVerifier, type Verifier } from '../../src/origin/verifier.ts'
import { formatKeySet, type Key } from '../../src/signature/keys.ts'
import { createNonceSource } from '../../src/signature/nonce.ts'
import { createSigner, type Signer } from '../../src/signature/sign.ts'
import type { Received } from '../../src/signature/verify.ts'
import { importSigningKey } from '../../src/signature/webcrypto.ts'
import { MESSAGE, receive } from '../signature/fixtures.ts'

export interface RotationResult {
  readonly sent: number
  /** Failures of requests that were signed as the procedure says. */
  readonly refused: readonly string[]
  readonly rotations: number
  /** Requests signed with a retired key that passed: there must be none. */
  readonly acceptedAfterRetirement: number
}

/** Requests signed, and not yet at the origin: those of the old key that a rotation must not lose. */
const UNDER_WAY = 64

const newKey = (id: number): Key => ({
  kty: 'oct',
  k: randomBytes(32).toString('base64url'),
  kid: `k-${id}`,
  alg: 'HS256',
  use: 'sig',
})

async function signerOf(key: Key): Promise<Signer> {
  const { keyid, mac } = await importSigningKey(key)
  return createSigner({ keyid, mac, ttl: 60 })
}

interface Traffic {
  signer: Signer
  /** Signs one request and delivers the one that was signed `UNDER_WAY` requests ago. */
  step(): Promise<void>
  drain(): Promise<void>
  readonly refused: string[]
  sent: number
}

function createTraffic(first: Signer, { verify }: Verifier, created: number): Traffic {
  const drawNonce = createNonceSource((bytes) => bytes.set(randomBytes(bytes.length)))
  const waiting: Received[] = []
  const refused: string[] = []

  async function deliver(): Promise<void> {
    const received = waiting.shift()
    const outcome = received && (await verify(received))
    if (outcome && !outcome.ok) refused.push(outcome.failure)
  }

  const traffic: Traffic = {
    signer: first,
    refused,
    sent: 0,
    async step() {
      const signed = await traffic.signer.sign(MESSAGE, { created, nonce: drawNonce() })
      waiting.push(receive(MESSAGE, signed))
      traffic.sent++
      if (waiting.length > UNDER_WAY) await deliver()
    },
    async drain() {
      while (waiting.length > 0) await deliver()
    },
  }
  return traffic
}

/** Requests go on until the verifier has the keys of the file. */
async function carryOn(keys: WatchedKeys, want: string, traffic: Traffic): Promise<void> {
  while (keys.keys.keys.map((key) => key.kid).join() !== want) {
    await traffic.step()
    // Lets timers and files have their turn.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

export async function rotateUnderLoad(options: {
  readonly requests: number
  readonly rotations: number
}): Promise<RotationResult> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-rotation-'))
  const path = join(folder, 'origin.jwks.json')
  const put = (...list: Key[]): void => {
    writeFileSync(`${path}.new`, formatKeySet({ keys: list }))
    renameSync(`${path}.new`, path)
  }
  const created = Math.floor(Date.now() / 1000)
  let key = newKey(0)
  put(key)
  const keys = await watchKeyFile(path, { everyMs: 50 })
  const verifier = createVerifier({ keys, now: () => created })
  const traffic = createTraffic(await signerOf(key), verifier, created)
  let late = 0
  try {
    for (let id = 1; id <= options.rotations; id++) {
      const share = Math.floor((options.requests * id) / (options.rotations + 1))
      while (traffic.sent < share) await traffic.step()
      const next = newKey(id)
      put(key, next)
      await carryOn(keys, `${key.kid},${next.kid}`, traffic)
      const old = traffic.signer
      traffic.signer = await signerOf(next)
      // As long as a signature lives; here, until the last request of the old key has come.
      for (let i = 0; i <= UNDER_WAY; i++) await traffic.step()
      put(next)
      await carryOn(keys, next.kid, traffic)
      const retired = await old.sign(MESSAGE, { created, nonce: randomBytes(16).toString('base64url') })
      if ((await verifier.verify(receive(MESSAGE, retired))).ok) late++
      key = next
    }
    while (traffic.sent < options.requests) await traffic.step()
    await traffic.drain()
  } finally {
    keys.close()
    rmSync(folder, { recursive: true })
  }
  const { sent, refused } = traffic
  return { sent, refused, rotations: options.rotations, acceptedAfterRetirement: late }
}
