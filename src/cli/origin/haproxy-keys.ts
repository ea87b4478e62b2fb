/**
 * `sallyport origin haproxy-keys`: the key set as the map that HAProxy reads, and into a running one.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { watchKeyFile } from '../../origin/key-file.ts'
import type { WatchedKeys } from '../../origin/key-source.ts'
import { mapPath } from '../../origin/recipes/haproxy.ts'
import { formatKeyMap, type KeyMap, toKeyMap } from '../../origin/recipes/haproxy-map.ts'
import type { KeySet } from '../../signature/keys.ts'
import { replaceMap } from './haproxy-socket.ts'

interface Options {
  readonly keys: string
  readonly out?: string
  readonly socket?: string
  readonly watch?: true
}

type Print = (text: string) => void

/** Milliseconds between two looks at the key set. Twice this, and a revoked key is gone. */
const EVERY_MS = 500

interface Target {
  readonly out: string
  readonly socket: string | undefined
}

/** A reader sees the old map or the new one, never half of it, and nobody else sees either. */
async function writeMap(path: string, text: string): Promise<void> {
  const next = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(next, text, { mode: 0o600, flag: 'wx' })
    await rename(next, path)
  } catch (error) {
    await rm(next, { force: true })
    const reason = error instanceof Error ? error.message : 'unknown error'
    throw new Error(`${path} cannot be written: ${reason}`)
  }
}

/** The file is written by now: whoever sets a new HAProxy up has to know that it can be started. */
async function changeRunning(socket: string, out: string, { entries }: KeyMap): Promise<void> {
  try {
    await replaceMap(socket, out, entries)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error'
    throw new Error(`${out} is written, but no running HAProxy has it: ${reason}`)
  }
}

/**
 * Makes it so, the file first: a HAProxy that starts in between reads it. A set without a key that HAProxy can use is
 * applied too, as it may revoke the last one.
 * @throws Error also when nobody gets in any more.
 */
async function apply({ out, socket }: Target, keys: KeySet): Promise<string> {
  const map = toKeyMap(keys)
  await writeMap(out, formatKeyMap(map))
  if (socket !== undefined) await changeRunning(socket, out, map)
  if (map.entries.size === 0) {
    throw new Error(
      `${out} is empty, so nobody gets in: the key set has Ed25519 keys only, which HAProxy cannot check; ` +
        'make HMAC keys with "sallyport keys new"',
    )
  }
  return describe({ out, socket }, map)
}

function describe({ out, socket }: Target, { entries, left }: KeyMap): string {
  const done = `${[...entries.keys()].join(', ')} in ${out}${socket === undefined ? '' : ' and in the running HAProxy'}`
  if (left.length === 0) return done
  return `${done}\nwarning: left out ${left.join(', ')}: HAProxy cannot check Ed25519 and refuses what it signs`
}

/** Applies the keys and each change of them until `ended`. What fails is told once and tried until it works. */
async function follow(
  keys: WatchedKeys,
  target: Target,
  print: Print,
  warn: Print,
  ended: () => boolean,
): Promise<void> {
  let applied = 0
  let told = ''
  while (!ended()) {
    const { version } = keys
    if (version !== applied) {
      try {
        print(await apply(target, keys.keys))
        applied = version
        told = ''
      } catch (error) {
        const message = error instanceof Error ? error.message : 'unknown error'
        if (message !== told) warn(`error: ${message}; trying again`)
        told = message
      }
    }
    await new Promise((wake) => setTimeout(wake, EVERY_MS))
  }
}

function untilSignal(): () => boolean {
  let ended = false
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => (ended = true))
  return () => ended
}

async function run(options: Options, print: Print): Promise<void> {
  const warn = (text: string): void => console.error(text)
  const target = { out: resolve(options.out ?? mapPath(options.keys)), socket: options.socket }
  const keys = await watchKeyFile(options.keys, {
    everyMs: EVERY_MS,
    onError: (error) => warn(`error: ${error.message}; the keys of before stay`),
  })
  try {
    if (options.watch) await follow(keys, target, print, warn, untilSignal())
    else print(await apply(target, keys.keys))
  } finally {
    keys.close()
  }
}

/** `print` gets what goes to standard output; errors go the way of commander. */
export function haproxyKeysCommand(print: Print = (text) => console.log(text)): Command {
  const command = new Command('haproxy-keys')
  return command
    .description('write the key set as the map that HAProxy reads, and change a running HAProxy')
    .requiredOption('--keys <file>', 'the key set, origin.jwks.json')
    .option('--out <file>', 'the map, as in the configuration (default: beside the keys, origin.map)')
    .option('--socket <path>', 'the runtime socket of a HAProxy that has the new keys at once')
    .option('--watch', 'stay, and do it again whenever the key set changes')
    .action(async (options: Options) => {
      try {
        await run(options, print)
      } catch (error) {
        command.error(`error: ${error instanceof Error ? error.message : 'unknown error'}`)
      }
    })
}
