/**
 * From an operator's action to the values that go into the store, in their order.
 *
 * Pure: reads nothing, writes nothing and signs nothing. What is written is safe to stop at any point: a
 * value that a later one names is written before it, and the pointer comes last.
 * @module
 */
import {
  blobKey,
  historyKey,
  manifestKey,
  POINTER_KEY,
  type Pointer,
  type PolicyReference,
  type StoreWrite,
} from './delivery.ts'
import { MAX_VALUE_BYTES } from './delivery-shape.ts'
import { toJsonBytes } from './json-bytes.ts'
import { nextPointer, type PublicationAction } from './next-pointer.ts'
import { type PackedPolicy, packPolicy } from './pack-policy.ts'
import { failPublication, type PublicationFailure, tooLarge } from './publication-error.ts'
import { encodeSignedPointer, type PointerSigner } from './sign-pointer.ts'

/** Bytes that KV takes for a key, and for metadata as JSON. */
const MAX_KEY_BYTES = 512
const MAX_METADATA_BYTES = 1024

export interface PublicationInput {
  readonly action: PublicationAction
  /** The compiled policy of `publish`, `shadow` and `percent`. Other actions leave it out. */
  readonly parts?: ReadonlyMap<string, Uint8Array<ArrayBuffer>>
  /** The pointer in the store, verified; absent before the first publication. */
  readonly current: Pointer | undefined
  /** The verified pointer of `history/<serial>` that a rollback names. */
  readonly target?: Pointer | undefined
  /** The highest serial known from the history, also when its publication did not get to the pointer; 0: none. */
  readonly highestSerial: number
  /** Keys known to be in the store: they are not written again. */
  readonly present: ReadonlySet<string>
  /** Seconds since the epoch. */
  readonly now: number
  /** Seconds since the epoch after which no isolate may adopt the pointer any more. */
  readonly notAfter?: number
  /** 1 to 64 fresh random characters of `A-Za-z0-9_-`. */
  readonly salt: string
  readonly who?: string
  readonly message?: string
  /** Commit of the rules. */
  readonly commit?: string
}

export interface PublicationPlan {
  readonly pointer: Pointer
  /** The policy of the action, when it brought one. */
  readonly policy?: PolicyReference
  /** Blobs, then the manifest; only those not present. */
  readonly contents: readonly StoreWrite[]
  /** For `history/<serial>`. */
  readonly metadata: Readonly<Record<string, string | number>>
  /** For reports: bytes that are written, and bytes of blobs that are in the store already. */
  readonly bytes: { readonly written: number; readonly shared: number }
}

export type PublicationResult = { readonly ok: true; readonly plan: PublicationPlan } | PublicationFailure

/** What is not in the store: blobs, then the manifest that names them. */
function listContents(packed: PackedPolicy, present: ReadonlySet<string>): readonly StoreWrite[] {
  const writes = new Map(packed.blobs.map(({ blob, bytes }) => [blobKey(blob.sha256), bytes]))
  writes.set(manifestKey(packed.reference.manifest), packed.manifest)
  return [...writes].filter(([key]) => !present.has(key)).map(([key, value]) => ({ key, value }))
}

function describeAction(action: PublicationAction): string {
  if (action.kind === 'percent') return `percent ${action.percent}`
  if (action.kind === 'rollback') return `rollback ${action.serial}`
  return action.kind === 'kill' || action.kind === 'unkill' ? `${action.kind} ${action.stage}` : action.kind
}

function describe(input: PublicationInput, pointer: Pointer): Record<string, string | number> {
  const { who, message } = input
  return {
    serial: pointer.serial,
    when: new Date(pointer.issued_at * 1000).toISOString(),
    action: describeAction(input.action),
    version: pointer.active.version,
    ...(pointer.rollout ? { candidate: pointer.rollout.candidate.version } : {}),
    ...(who === undefined ? {} : { who }),
    ...(message === undefined ? {} : { message }),
  }
}

function checkWrites(plan: PublicationPlan): PublicationFailure | undefined {
  const { length } = toJsonBytes(plan.metadata)
  if (length > MAX_METADATA_BYTES)
    return failPublication(
      'bad-metadata',
      `The entry in the history has ${length} bytes of JSON; KV takes ${MAX_METADATA_BYTES}.`,
      'Give a shorter --message.',
    )
  for (const { key, value } of plan.contents) {
    if (key.length > MAX_KEY_BYTES) return tooLarge(`The key ${key} is longer than ${MAX_KEY_BYTES} bytes.`)
    if (value.length > MAX_VALUE_BYTES)
      return tooLarge(`The value of ${key} has ${value.length} bytes; KV takes ${MAX_VALUE_BYTES}.`)
  }
  return undefined
}

function checkPresent({ action, target, present }: PublicationInput): PublicationFailure | undefined {
  if (action.kind !== 'rollback' || !target || present.has(manifestKey(target.active.manifest)))
    return undefined
  return failPublication(
    'version-gone',
    `The manifest of version ${target.active.version} is not in the store any more.`,
    'Check out the commit of that version and publish it.',
  )
}

/**
 * Plans one publication. Wrong wishes come back as errors with a fix; it rejects for nothing else.
 * After it: `signPublication`, then put its writes in order.
 */
export async function planPublication(input: PublicationInput): Promise<PublicationResult> {
  const { action, current, target, salt, now, notAfter, parts, commit } = input
  const packed = parts && (await packPolicy(parts, commit))
  if (packed && !packed.ok) return packed
  const policy = packed?.packed.reference
  const contents = packed ? listContents(packed.packed, input.present) : []
  const next = nextPointer({ action, policy, current, target, salt, mends: contents.length > 0 })
  if (!next.ok) return next
  const missing = checkPresent(input)
  if (missing) return missing
  const serial = Math.max(current?.serial ?? 0, input.highestSerial) + 1
  if (!Number.isSafeInteger(serial))
    return failPublication(
      'bad-serial',
      'There is no serial after the last one.',
      'Start with an empty namespace.',
    )
  const pointer: Pointer = {
    protocol: 1,
    serial,
    issued_at: now,
    ...(notAfter === undefined ? {} : { not_after: notAfter }),
    ...next.content,
  }
  const written = contents.reduce((sum, { value }) => sum + value.length, 0)
  const all = packed?.packed.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0) ?? 0
  const blobs = contents
    .filter(({ key }) => key.startsWith(blobKey('')))
    .reduce((sum, { value }) => sum + value.length, 0)
  const plan: PublicationPlan = {
    pointer,
    ...(policy ? { policy } : {}),
    contents,
    metadata: describe(input, pointer),
    bytes: { written, shared: all - blobs },
  }
  return checkWrites(plan) ?? { ok: true, plan }
}

/** Everything to put into the store, in order: blobs, manifest, history, pointer. */
export async function signPublication(
  plan: PublicationPlan,
  sign: PointerSigner,
): Promise<readonly StoreWrite[]> {
  const value = encodeSignedPointer(await sign(plan.pointer))
  const history = { key: historyKey(plan.pointer.serial), value, metadata: plan.metadata }
  return [...plan.contents, history, { key: POINTER_KEY, value }]
}
