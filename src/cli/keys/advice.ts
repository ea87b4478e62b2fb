/**
 * What an operator does after keys have changed, in the order that never shuts anybody out.
 * @module
 */
import { join } from 'node:path'
import type { KeySet } from '../../signature/keys.ts'
import { DOOR_FILES, POLICY_FILES } from './key-files.ts'
import type { KeySets } from './key-sets.ts'

export interface KeyAdvice {
  made(directory: string, sets: KeySets): string
  rotated(directory: string, sets: KeySets): string
  retired(directory: string, sets: KeySets): string
}

function steps(title: string, ...lines: readonly string[]): string {
  return [title, ...lines.map((line, index) => `  ${index + 1}. ${line}`)].join('\n')
}

const origin = (directory: string): string =>
  `the origin: give its verifier ${join(directory, DOOR_FILES.verifier)}`
const edge = (directory: string): string =>
  `the edge:   wrangler secret put SALLYPORT_KEYS < ${join(directory, DOOR_FILES.signer)}`

export const adviseOnDoors: KeyAdvice = {
  made: (directory) =>
    `${steps('Deploy in this order:', origin(directory), edge(directory))}\nKeep both files out of version control.`,
  rotated: (directory) =>
    `${steps('Deploy in this order:', origin(directory), edge(directory))}\nA minute after both are live: sallyport keys retire`,
  retired: (directory) => steps('Deploy in this order:', edge(directory), origin(directory)),
}

/** The variable as it is written in wrangler.toml. The set is public: anybody may read what it accepts. */
function variable({ keys }: KeySet): string {
  return `SALLYPORT_POLICY_KEYS = '${JSON.stringify({ keys })}'`
}

function deploy({ origin: accepted }: KeySets): string {
  return `put this into [vars] of wrangler.toml, and deploy:\n${variable(accepted)}`
}

export const adviseOnPolicy: KeyAdvice = {
  made: (directory, sets) =>
    [
      steps('Then:', deploy(sets), 'sallyport publish --remote'),
      `Who has ${join(directory, POLICY_FILES.signer)} decides what the edge does: keep it out of version control.`,
    ].join('\n'),
  rotated: (_directory, sets) =>
    steps(
      'In this order:',
      deploy(sets),
      'publish once, so that nothing live hangs on the old key: sallyport publish --remote',
      'sallyport keys policy retire',
    ),
  retired: (_directory, sets) =>
    steps('When sallyport status --remote shows the remaining key:', deploy(sets)),
}
