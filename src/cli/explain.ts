/**
 * `sallyport explain`: what the policy makes of one request, and why.
 * @module
 */
import { Command } from 'commander'
import { exitForUsage } from './exit-codes.ts'
import { type ExplainShell, executeExplain } from './explain/execute-explain.ts'
import type { RawExplainFlags } from './explain/explain-flags.ts'

const MORE = `
Examples:
  sallyport explain "curl -X POST https://app.example.com/login -d user=a" --ip 192.0.2.7 --country T1
  sallyport explain /admin --ip 192.0.2.7 --verbose

Nothing is sent anywhere. Values of header fields that look secret are not printed.

Exit codes:
  0  explained, whatever becomes of the request
  1  the policy has problems
  2  wrong usage, or a curl command that cannot be read`

/** The command, ready for `program.addCommand`. It sets the process's exit code and does not exit early. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('show what each stage and rule makes of one request, offline')
    .argument('[request]', 'a curl command in quotes, a URL, or a path of the first host of the routes')
    .option('--policy <folder>', 'the policy to ask', 'rules')
    .option('--method <name>', 'of the request (default: GET, with --body POST)')
    .option('--url <url>', 'of the request, as sent')
    .option('--ip <address>', 'of the client')
    .option('--country <code>', 'of the client, as DE, T1 for Tor')
    .option('--asn <number>', "of the client's network, as AS64500")
    .option('--colo <code>', 'the data centre, as FRA')
    .option('--tls <version>', 'as TLSv1.3')
    .option('--http <version>', 'as HTTP/2')
    .option('-H, --header <field>', "a header field, as 'Accept: text/html'; may be repeated", collect)
    .option('--body <text>', 'content; only its length is looked at')
    .option('--verbose', 'every check, and every part of every expression')
    .option('--json', 'print one JSON object (docs/test-and-explain.md)')
    .addHelpText('after', MORE)
    .exitOverride(exitForUsage)
    .action(async (given: string | undefined, flags: RawExplainFlags) => {
      process.exitCode = await executeExplain(given, flags, createShell())
    })
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

function createShell(): ExplainShell {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(`${text}\n`),
    now: () => Date.now(),
  }
}
