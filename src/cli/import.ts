/**
 * `sallyport import`: rules and lists from elsewhere as files of a policy.
 * @module
 */
import { Command } from 'commander'
import { exitForUsage } from './exit-codes.ts'
import { executeImport, type RawImportFlags } from './import/execute-import.ts'

const EXIT_CODES = `
Exit codes:
  0  everything was carried over
  1  the file cannot be read, or what is there would be overwritten; nothing was written
  2  wrong usage
  3  written, but something was left out: see the report on standard error`

const OUTPUT = {
  out: (text: string): boolean => process.stdout.write(text),
  err: (text: string): boolean => process.stderr.write(`${text}\n`),
}

function addCommon(command: Command): Command {
  return command
    .option('--out <folder>', 'write files into this policy folder (default: print them)')
    .option('--force', 'overwrite files that are there')
    .addHelpText('after', EXIT_CODES)
    .exitOverride(exitForUsage)
}

function rulesetsCommand(): Command {
  const command = new Command('cloudflare')
    .description('Cloudflare rulesets, as the JSON that the API answers')
    .argument('<file>', 'JSON of one or several rulesets; - is standard input')
  return addCommon(command).action(async (file: string, flags: RawImportFlags) => {
    process.exitCode = await executeImport({ ...flags, what: 'cloudflare', file }, OUTPUT)
  })
}

function listCommand(): Command {
  const command = new Command('list')
    .description('a list of addresses, networks, countries or host names, as CSV or JSON of the API')
    .argument('<file>', 'CSV (value,description) or JSON; - is standard input')
    .option('--kind <kind>', 'ip, asn, country or hostname (default: as the first entry)')
    .option('--name <name>', 'of the list in expressions (default: that of the file)')
  return addCommon(command).action(async (file: string, flags: RawImportFlags) => {
    process.exitCode = await executeImport({ ...flags, what: 'list', file }, OUTPUT)
  })
}

export function importCommand(): Command {
  return new Command('import')
    .description('carry rules and lists over from Cloudflare; says what it could not')
    .addCommand(rulesetsCommand())
    .addCommand(listCommand())
    .exitOverride(exitForUsage)
}
