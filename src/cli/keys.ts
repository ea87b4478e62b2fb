/**
 * `sallyport keys new | rotate | retire`: the keys of both doors. Key material goes to files, never to the
 * terminal.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import type { KeySet } from '../signature/keys.ts'
import { EDGE_FILE, ORIGIN_FILE, readEdgeKeys, replaceKeyFiles, writeNewKeyFiles } from './keys/key-files.ts'
import { type Change, createKeySets, retireKeys, rotateKeys } from './keys/key-sets.ts'

const DEFAULT_DIRECTORY = '.sallyport/keys'

interface Options {
  readonly out: string
}

function outOption(): Option {
  return new Option('--out <directory>', 'where the key files are').default(DEFAULT_DIRECTORY)
}

function deploySteps(directory: string, after: string): string {
  return [
    'Deploy in this order:',
    `  1. the origin: give its verifier ${join(directory, ORIGIN_FILE)}`,
    `  2. the edge:   wrangler secret put SALLYPORT_KEYS < ${join(directory, EDGE_FILE)}`,
    after,
  ].join('\n')
}

function kids(keySet: KeySet): string {
  return keySet.keys.map(({ kid }) => kid).join(', ')
}

function apply(command: Command, directory: string, change: Change): readonly string[] | undefined {
  if (!change.ok) return command.error(`error: ${change.error}`)
  replaceKeyFiles(directory, change.sets)
  return change.sets.edge.keys.map(({ kid }) => kid)
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

function newCommand(print: (text: string) => void): Command {
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
      attempt(command, () => {
        const sets = createKeySets(alg === 'hmac' ? 'hmac-sha256' : 'ed25519', randomBytes)
        writeNewKeyFiles(out, sets)
        print(
          `Made ${kids(sets.edge)} in ${out}.\n${deploySteps(out, 'Keep both files out of version control.')}`,
        )
      }),
    )
}

function rotateCommand(print: (text: string) => void): Command {
  const command = new Command('rotate')
  return command
    .description('add a new key beside the old one; the edge signs with the new one')
    .addOption(outOption())
    .action(({ out }: Options) =>
      attempt(command, () => {
        const active = apply(command, out, rotateKeys(readEdgeKeys(out), randomBytes, new Date()))
        const after = 'A minute after both are live: sallyport keys retire'
        print(`Added ${active?.[0]}; ${active?.[1]} stays valid.\n${deploySteps(out, after)}`)
      }),
    )
}

function retireCommand(print: (text: string) => void): Command {
  const command = new Command('retire')
  return command
    .description('drop every key but the newest')
    .addOption(outOption())
    .action(({ out }: Options) =>
      attempt(command, () => {
        const before = readEdgeKeys(out)
        const active = apply(command, out, retireKeys(before))
        const gone = before.keys.map(({ kid }) => kid).filter((kid) => !active?.includes(kid))
        const steps = [
          `  1. the edge:   wrangler secret put SALLYPORT_KEYS < ${join(out, EDGE_FILE)}`,
          `  2. the origin: give its verifier ${join(out, ORIGIN_FILE)}`,
        ]
        print(
          `Dropped ${gone.join(', ')}; ${active?.[0]} remains.\nDeploy in this order:\n${steps.join('\n')}`,
        )
      }),
    )
}

/** `print` gets what goes to standard output; errors go the way of commander. */
export function keysCommand(print: (text: string) => void = (text) => console.log(text)): Command {
  return new Command('keys')
    .description('make, rotate and retire the keys of both doors')
    .addCommand(newCommand(print))
    .addCommand(rotateCommand(print))
    .addCommand(retireCommand(print))
}
