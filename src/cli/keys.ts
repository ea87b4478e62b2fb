/**
 * `sallyport keys [policy] new | rotate | retire`: the keys of both doors, and those that sign live policy.
 * Private keys go to files, never to the terminal.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { Command, Option } from 'commander'
import type { KeySet } from '../signature/keys.ts'
import { adviseOnDoors, adviseOnPolicy, type KeyAdvice } from './keys/advice.ts'
import {
  DEFAULT_KEY_DIRECTORY,
  DOOR_FILES,
  type KeyFiles,
  POLICY_FILES,
  readSignerKeys,
  replaceKeyFiles,
  writeNewKeyFiles,
} from './keys/key-files.ts'
import { type Change, createKeySets, type KeySets, retireKeys, rotateKeys } from './keys/key-sets.ts'

interface Options {
  readonly out: string
}

type Print = (text: string) => void

/** One pair of key files: where it is, and what to tell after each step. */
interface KeyPair {
  readonly files: KeyFiles
  readonly advice: KeyAdvice
}

const DOORS: KeyPair = { files: DOOR_FILES, advice: adviseOnDoors }
const POLICY: KeyPair = { files: POLICY_FILES, advice: adviseOnPolicy }

function outOption(): Option {
  return new Option('--out <directory>', 'where the key files are').default(DEFAULT_KEY_DIRECTORY)
}

function kids({ keys }: KeySet): string[] {
  return keys.map(({ kid }) => kid)
}

function apply(command: Command, directory: string, { files }: KeyPair, change: Change): KeySets {
  if (!change.ok) return command.error(`error: ${change.error}`)
  replaceKeyFiles(directory, files, change.sets)
  return change.sets
}

/** Turns what the file functions throw into one line and exit status 1. */
function attempt(command: Command, action: () => void): void {
  try {
    action()
  } catch (error) {
    if (error instanceof Error && !('exitCode' in error)) command.error(`error: ${error.message}`)
    throw error
  }
}

function make(command: Command, { files, advice }: KeyPair, print: Print, out: string, sets: KeySets): void {
  attempt(command, () => {
    writeNewKeyFiles(out, files, sets)
    print(`Made ${kids(sets.edge).join(', ')} in ${out}.\n${advice.made(out, sets)}`)
  })
}

function newDoorsCommand(print: Print): Command {
  const command = new Command('new')
  return command
    .description('make the first key of both doors')
    .addOption(
      new Option(
        '--alg <algorithm>',
        'hmac: fastest, the origin could sign too; ed25519: the origin can only verify',
      )
        .choices(['hmac', 'ed25519'])
        .default('hmac'),
    )
    .addOption(outOption())
    .action(({ alg, out }: Options & { readonly alg: string }) =>
      make(
        command,
        DOORS,
        print,
        out,
        createKeySets(alg === 'hmac' ? 'hmac-sha256' : 'ed25519', randomBytes),
      ),
    )
}

function newPolicyCommand(print: Print): Command {
  const command = new Command('new')
  return command
    .description('make the first key (also: sallyport keys policy)')
    .addOption(outOption())
    .action(({ out }: Options) => make(command, POLICY, print, out, createKeySets('ed25519', randomBytes)))
}

function rotateCommand(pair: KeyPair, print: Print, description: string): Command {
  const command = new Command('rotate')
  return command
    .description(description)
    .addOption(outOption())
    .action(({ out }: Options) =>
      attempt(command, () => {
        const change = rotateKeys(
          readSignerKeys(out, pair.files),
          randomBytes,
          new Date(),
          pair.files.command,
        )
        const sets = apply(command, out, pair, change)
        const [added, stays] = kids(sets.edge)
        print(`Added ${added}; ${stays} stays valid.\n${pair.advice.rotated(out, sets)}`)
      }),
    )
}

function retireCommand(pair: KeyPair, print: Print): Command {
  const command = new Command('retire')
  return command
    .description('drop every key but the newest')
    .addOption(outOption())
    .action(({ out }: Options) =>
      attempt(command, () => {
        const before = readSignerKeys(out, pair.files)
        const sets = apply(command, out, pair, retireKeys(before, pair.files.command))
        const left = kids(sets.edge)
        const gone = kids(before).filter((kid) => !left.includes(kid))
        print(`Dropped ${gone.join(', ')}; ${left.join(', ')} remains.\n${pair.advice.retired(out, sets)}`)
      }),
    )
}

function policyCommand(print: Print): Command {
  return new Command('policy')
    .description('make, rotate and retire the keys that sign live policy')
    .addCommand(newPolicyCommand(print), { isDefault: true })
    .addCommand(
      rotateCommand(POLICY, print, 'add a new key beside the old one; publish signs with the new one'),
    )
    .addCommand(retireCommand(POLICY, print))
}

/** `print` gets what goes to standard output; errors go the way of commander. */
export function keysCommand(print: Print = (text) => console.log(text)): Command {
  return new Command('keys')
    .description('make, rotate and retire the keys of both doors, and those of live policy')
    .addCommand(newDoorsCommand(print))
    .addCommand(
      rotateCommand(DOORS, print, 'add a new key beside the old one; the edge signs with the new one'),
    )
    .addCommand(retireCommand(DOORS, print))
    .addCommand(policyCommand(print))
}
