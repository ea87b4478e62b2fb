/**
 * `sallyport attack`: attack mode of a running edge.
 * @module
 */
import { Command } from 'commander'
import {
  type PlaceFlags,
  releaseAttack,
  type SwitchFlags,
  showAttacks,
  switchAttack,
} from './attack/execute-attack.ts'
import { exitForUsage } from './exit-codes.ts'
import { addOperatorOptions, type OperatorFlags } from './operator/operator-target.ts'
import { OPERATOR_EXIT_CODES } from './operator/run-operator.ts'
import { createCommandShell } from './publish/shell.ts'

/** The command, ready for `program.addCommand`. It sets the process's exit code and does not exit early. */
export function attackCommand(): Command {
  return new Command('attack')
    .description('show and override attack mode of a running edge')
    .exitOverride(exitForUsage)
    .addCommand(statusCommand())
    .addCommand(switchCommand('on', 'hold attack mode on, whatever detection says'))
    .addCommand(switchCommand('off', 'hold attack mode off, whatever detection says'))
    .addCommand(autoCommand())
}

function statusCommand(): Command {
  const command = new Command('status').description('which routes are in attack mode, since when and why')
  return finish(command).action(async (flags: OperatorFlags) => {
    process.exitCode = await showAttacks(flags, await createCommandShell())
  })
}

function switchCommand(state: 'on' | 'off', description: string): Command {
  const command = addPlace(new Command(state).description(description))
    .option('--for <time>', 'how long, as 30m, 12h or 7d (default: until it is taken back)')
    .option('--reason <text>', 'why, for the list')
  return finish(command).action(async (flags: SwitchFlags) => {
    process.exitCode = await switchAttack(state, flags, await createCommandShell())
  })
}

function autoCommand(): Command {
  const command = addPlace(new Command('auto').description('leave it to detection again'))
  return finish(command).action(async (flags: PlaceFlags) => {
    process.exitCode = await releaseAttack(flags, await createCommandShell())
  })
}

function addPlace(command: Command): Command {
  return command
    .option('--host <name>', 'only of this host (default: all)')
    .option('--route <id>', 'only this route (default: all)')
}

function finish(command: Command): Command {
  return addOperatorOptions(command).addHelpText('after', OPERATOR_EXIT_CODES).exitOverride(exitForUsage)
}
