/**
 * `sallyport test`: runs the examples of all rules and the policy's own tests.
 * @module
 */
import { writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { exitForUsage } from './exit-codes.ts'
import { executeTest, type RawTestFlags, type TestShell } from './test/execute-test.ts'

const EXIT_CODES = `
Exit codes:
  0  all tests pass, or there are none
  1  a test fails, or the policy has problems
  2  wrong usage: no test fits --filter, or the --junit file cannot be written`

/** The command, ready for `program.addCommand`. It sets the process's exit code and does not exit early. */
export function testCommand(): Command {
  return new Command('test')
    .description('run the examples of all rules and rules/tests/*.yaml through the policy, offline')
    .option('--policy <folder>', 'the policy to test', 'rules')
    .option('--filter <text>', 'only tests with this in their name, file or rule')
    .option('--json', 'print one JSON object (docs/test-and-explain.md)')
    .option('--junit <file>', 'write JUnit XML for CI as well')
    .addHelpText('after', EXIT_CODES)
    .exitOverride(exitForUsage)
    .action(async (flags: RawTestFlags) => {
      process.exitCode = await executeTest(flags, createShell())
    })
}

function createShell(): TestShell {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(`${text}\n`),
    now: () => Date.now(),
    writeFile: (path, text) => writeFile(path, text),
  }
}
