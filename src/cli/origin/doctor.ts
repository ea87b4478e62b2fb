/**
 * `sallyport origin doctor`: tries to get past a running second door, and tells what it let through.
 * @module
 */
import { Command } from 'commander'
import { BATTERY } from '../doctor/battery.ts'
import { GROUPS } from '../doctor/battery-case.ts'
import { type DoctorArguments, findDoctorTarget } from '../doctor/doctor-target.ts'
import { executeDoctor } from '../doctor/execute-doctor.ts'
import { exitForUsage, USAGE } from '../exit-codes.ts'
import { findRunning } from '../running.ts'

const HELP = `
Groups: ${Object.keys(GROUPS).join(', ')}

Exit codes:
  0  nothing was let through
  1  something was let through
  2  wrong usage, or an intact signed request was not answered by the application, before or after

It signs with the edge's key, and sends requests that an application must never see. Try it on an origin of your own.`

/** `print` gets what goes to standard output; errors go to standard error. */
export function doctorCommand(print: (text: string) => void = (text) => console.log(text)): Command {
  return new Command('doctor')
    .description(`try ${BATTERY.length} ways past a running origin, and tell which it let through`)
    .argument(
      '[url]',
      'the origin itself, not the edge, as https://origin.example (default: that of npm start)',
    )
    .option('--keys <file>', 'the key set that signs, edge.jwks.json (without a URL: that of npm start)')
    .option('--kid <id>', 'the key to sign with (default: the first)')
    .option('--path <path>', 'what the application answers (default: the path of the URL)')
    .option('--authority <host>', 'what the edge sends as Host (default: the host of the URL)')
    .option('--host <host>', 'the public host that the signed facts name (default: the authority)')
    .option('--unsigned <path>', 'a health probe that passes unsigned: tries to get more out of it')
    .option('--only <groups...>', 'these groups only')
    .option('--unsafe', 'methods too that change something when they are let through')
    .option(
      '--bodies',
      'content too that differs from the covered, with --unsafe: for verifiers that read it',
    )
    .option('--insecure', 'accept any certificate')
    .option('--timeout <seconds>', 'for each answer', '10')
    .option('--rate <number>', 'requests per second at most', '50')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .exitOverride(exitForUsage)
    .action(async (url: string | undefined, flags: DoctorArguments) => {
      process.exitCode = await examine(url, flags, print)
    })
}

async function examine(
  url: string | undefined,
  flags: DoctorArguments,
  print: (text: string) => void,
): Promise<number> {
  const err = (text: string): void => console.error(text)
  const target = findDoctorTarget(url, flags, url === undefined ? await findRunning() : undefined)
  if (target.ok) return executeDoctor(target.url, target.flags, { out: print, err })
  err(`error: ${target.message}`)
  return USAGE
}
