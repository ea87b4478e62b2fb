/**
 * `sallyport start`: both doors on this machine.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import { prefixOf, readFolder } from './load-folder.ts'
import { type Control, startControl } from './local/control.ts'
import { type DecisionLog, openDecisionLog } from './local/decision-log.ts'
import { createLocalKeys } from './local/keys.ts'
import { createKvStore } from './local/kv-store.ts'
import { PolicyProblems, type Stack, startStack } from './local/stack.ts'
import { DEMO_ORIGIN } from './local/with-origin.ts'
import { printProblems } from './print-problems.ts'
import { announce, STATE_FOLDER, withdraw } from './running.ts'
import { greet } from './start/greet.ts'
import { printDecision } from './start/print-decision.ts'
import { writePrivate } from './write-private.ts'

interface StartFlags {
  readonly policy: string
  readonly port: string
  readonly originPort: string
  readonly quiet?: true
}

export function startCommand(): Command {
  return new Command('start')
    .description('run the edge in local workerd and a demo origin behind the real verifier')
    .option('--policy <folder>', 'the policy', 'rules')
    .option('--port <port>', 'port of the edge', '8787')
    .option('--origin-port <port>', 'port of the demo origin', new URL(DEMO_ORIGIN).port)
    .option('--quiet', 'print no decisions; they still go to the log file')
    .action(start)
}

async function start(flags: StartFlags): Promise<void> {
  const edgePort = readPort('--port', flags.port)
  const originPort = readPort('--origin-port', flags.originPort)
  const policy =
    edgePort === undefined || originPort === undefined ? undefined : await readFolder(flags.policy)
  if (policy === undefined || edgePort === undefined || originPort === undefined) {
    process.exitCode = 1
    return
  }
  await mkdir(STATE_FOLDER, { recursive: true, mode: 0o700 })
  const log = join(STATE_FOLDER, 'decisions.ndjson')
  // Opened when both doors are open: a start that finds its ports taken leaves the log of the run that has them.
  let decisions: DecisionLog | undefined
  const early: string[] = []
  const keys = createLocalKeys()
  let stack: Stack
  try {
    stack = await startStack({
      policy,
      keys,
      edgePort,
      originPort,
      onDecision: (line) => {
        if (decisions) decisions.write(line)
        else early.push(line)
        if (flags.quiet !== true) printDecision(line, process.stdout)
      },
    })
  } catch (error) {
    explain(error, policy, flags)
    process.exitCode = 1
    return
  }
  decisions = openDecisionLog(log)
  for (const line of early) decisions.write(line)
  const control = await openControl(stack, log)
  greet(stack, log, process.stdout)
  const signal = await nextSignal()
  console.log(`\n${signal}: stopping both doors …`)
  await withdraw()
  await control.stop()
  await stack.stop()
  await decisions.close()
}

function readPort(flag: string, text: string): number | undefined {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  console.error(
    `${flag}: ${JSON.stringify(text)} is not a port. Give a whole number from 0 (any free port) to 65535.`,
  )
  return undefined
}

function explain(error: unknown, policy: ReadonlyMap<string, string>, flags: StartFlags): void {
  if (error instanceof PolicyProblems) {
    console.error(printProblems(error.problems, policy, { folder: prefixOf(flags.policy) }))
    console.error(`${error.problems.length} problem(s) in ${prefixOf(flags.policy)}: nothing was started.`)
    return
  }
  const text = error instanceof Error ? error.message : String(error)
  if (/EADDRINUSE|Address already in use/i.test(text)) {
    console.error(
      `A port is taken: the edge wants ${flags.port}, the origin ${flags.originPort}. Stop what listens there, or choose others: npm start -- --port 8080 --origin-port 8081`,
    )
    return
  }
  console.error(`Could not start: ${text}`)
}

/** Opens the door for `sallyport publish` and says where everything is. */
async function openControl(stack: Stack, log: string): Promise<Control> {
  const token = randomBytes(32).toString('base64url')
  const store = createKvStore(await stack.kv(), `the edge at ${stack.edge}`)
  const control = await startControl({ store, token })
  await announce({
    edge: stack.edge,
    origin: stack.origin,
    log,
    // The tour signs like the edge to show what a replay is; publish signs policy. New at each start.
    keys: await keep('local-edge.jwks.json', stack.keys.edge),
    policyKeys: await keep('local-policy.jwks.json', stack.policyKeys.sign),
    baseline: await keep('local-baseline.bin', stack.baseline),
    control: control.url,
    token,
    operatorToken: stack.operatorToken,
  })
  return control
}

async function keep(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(STATE_FOLDER, name)
  await writePrivate(path, content)
  return path
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve)
  })
}
