/**
 * `sallyport origin config --lb NAME`: writes the configuration of a load balancer that lets signed requests in only.
 * @module
 */
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { FACTS } from '../../origin/facts.ts'
import { LOAD_BALANCERS, type LoadBalancer, type RecipeFile } from '../../origin/recipes/description.ts'
import { DONE, exitForUsage, PROBLEM, USAGE } from '../exit-codes.ts'
import { type DescriptionFlags, gatherDescription } from './gather-description.ts'
import { RECIPES } from './recipes.ts'
import { renderFiles } from './render-files.ts'
import { writeFiles } from './write-files.ts'

interface Flags extends DescriptionFlags {
  readonly lb: LoadBalancer
  readonly out?: string
  readonly force?: boolean
}

type Print = (text: string) => void

const collect = (value: string, list: readonly string[] = []): readonly string[] => [...list, value]

/** `print` gets the configuration; it sets the process's exit code and does not exit early. */
export function configCommand(print: Print = (text) => process.stdout.write(text)): Command {
  const command = new Command('config')
    .description('print the configuration of a load balancer that lets in what the edge has signed')
    .exitOverride(exitForUsage)
    .addOption(
      new Option('--lb <name>', 'the load balancer').choices([...LOAD_BALANCERS]).makeOptionMandatory(),
    )
    .option('--from <file>', 'a description in YAML; options override it')
    .option('--out <folder>', 'write files there instead of printing them')
    .option('--force', 'overwrite files that are there and differ')
  return addDescriptionOptions(command).action(async (flags: Flags) => {
    process.exitCode = await execute(flags, print)
  })
}

function addDescriptionOptions(command: Command): Command {
  return command
    .option('--authority <host>', 'Host as the edge sends it (repeatable)', collect)
    .option('--scheme <scheme>', 'how the edge reaches it: https or http (default: https)')
    .option('--keys <path>', 'the key set there (default: /etc/sallyport/origin.jwks.json)')
    .option('--listen <address>', 'where it listens (default: 127.0.0.1:8080)')
    .option('--tls-certificate <path>', 'certificate chain, when it ends TLS')
    .option('--tls-key <path>', 'and its key')
    .option('--upstream <address>', 'where the application is (default: 127.0.0.1:3000)')
    .option('--unsigned <path>', 'a health probe that passes unsigned (repeatable)', collect)
    .option('--fact <name>', `a signed fact for the application: ${FACTS.join(', ')} (repeatable)`, collect)
    .option('--skew <seconds>', 'by which clocks may differ (default: 5)', Number)
    .option('--max-ttl <seconds>', 'longest life of a signature (default: 45)', Number)
    .option('--rate <number>', 'signed requests per second at most, sizes memories (default: 1000)', Number)
    .option('--server <address>', 'where `sallyport origin serve` listens (default: 127.0.0.1:9190)')
    .option('--name <name>', 'of objects in Kubernetes (default: sallyport)')
    .option('--namespace <name>', 'in Kubernetes (default: default)')
}

function fail(message: string, status: number): number {
  process.stderr.write(`error: ${message}\n`)
  return status
}

async function execute(flags: Flags, print: Print): Promise<number> {
  const gathered = await gatherDescription(flags)
  if (!gathered.ok) return fail(gathered.message, gathered.status)
  let files: readonly RecipeFile[]
  try {
    files = RECIPES[flags.lb](gathered.description)
  } catch (error) {
    // What this load balancer cannot do of what was described.
    if (error instanceof RangeError || error instanceof TypeError)
      return fail(`${flags.lb}: ${error.message}`, USAGE)
    throw error
  }
  if (flags.out === undefined) {
    print(renderFiles(files))
    return DONE
  }
  const { out, force = false } = flags
  const changed = await writeFiles(out, files, force)
  if (changed.length > 0)
    return fail(
      `${changed.join(', ')} in ${out} would be changed: nothing was written. --force overwrites`,
      PROBLEM,
    )
  for (const { name, place } of files) process.stderr.write(`${join(out, name)}: ${place}\n`)
  return DONE
}
