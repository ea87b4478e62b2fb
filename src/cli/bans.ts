/**
 * `sallyport bans`: who is kept out of a running edge.
 * @module
 */
import { Command } from 'commander'
import {
  type AddFlags,
  addBan,
  type LiftFlags,
  type ListFlags,
  liftBan,
  listBans,
} from './bans/execute-bans.ts'
import { exitForUsage } from './exit-codes.ts'
import { addOperatorOptions } from './operator/operator-target.ts'
import { OPERATOR_EXIT_CODES } from './operator/run-operator.ts'
import { createCommandShell } from './publish/shell.ts'

const WHO = 'an address or network, an AS as AS64500, or a JA4 fingerprint of TLS'

/** The command, ready for `program.addCommand`. It sets the process's exit code and does not exit early. */
export function bansCommand(): Command {
  return new Command('bans')
    .description('list, make and lift bans of a running edge')
    .exitOverride(exitForUsage)
    .addCommand(listCommand())
    .addCommand(addCommand())
    .addCommand(liftCommand())
}

function listCommand(): Command {
  const command = new Command('list')
    .description('who is banned, why, by whom, and for how long')
    .option('--by <who>', 'only those by: operator, limit or detection')
  return finish(command).action(async (flags: ListFlags) => {
    process.exitCode = await listBans(flags, await createCommandShell())
  })
}

function addCommand(): Command {
  const command = new Command('add')
    .description('keep somebody out')
    .argument('<who>', WHO)
    .option('--for <time>', 'how long, as 30m, 12h or 7d', '1h')
    .option('--action <action>', 'block, challenge or log', 'block')
    .option('--level <level>', 'what <who> is: address, network, asn, tls or agent')
    .option('--reason <text>', 'why, for the list')
  return finish(command).action(async (who: string, flags: AddFlags) => {
    process.exitCode = await addBan(who, flags, await createCommandShell())
  })
}

function liftCommand(): Command {
  const command = new Command('lift')
    .description('let somebody in again, and keep detection from it for ten minutes')
    .argument('<who>', `the id of a ban, or ${WHO}`)
    .option('--level <level>', 'what <who> is: address, network, asn, tls or agent')
  return finish(command).action(async (who: string, flags: LiftFlags) => {
    process.exitCode = await liftBan(who, flags, await createCommandShell())
  })
}

function finish(command: Command): Command {
  return addOperatorOptions(command).addHelpText('after', OPERATOR_EXIT_CODES).exitOverride(exitForUsage)
}
