/** Programs beside the tests: started in the foreground, waited for, and ended by their own process ids. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'

export interface ProcessOptions {
  /** The folder to run in. */
  readonly folder: string
  readonly env?: Readonly<Record<string, string>>
  /** Where it will listen: a port on 127.0.0.1 or the path of a unix socket. Waited for. */
  readonly listens: number | string
}

export interface RunningProcess {
  readonly pid: number
  /** Its own id and those of all processes below it, now. */
  pids(): number[]
  /** The last 64 KiB that it wrote to standard output and standard error. */
  output(): string
  /** Sends a signal, such as SIGHUP, to the first process only. */
  signal(name: NodeJS.Signals): void
  /** Ends it and all below it, and waits. */
  stop(): Promise<void>
}

const MAX_OUTPUT = 65_536
const START_MS = 15_000
const STOP_MS = 5000

/** True when a program of that name is on the path. */
export function isProgram(name: string): boolean {
  const folders = (process.env.PATH ?? '').split(':').concat('/usr/sbin', '/sbin')
  return folders.some((folder) => {
    try {
      return readdirSync(folder).includes(name)
    } catch {
      return false
    }
  })
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

function isOpen(listens: number | string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = typeof listens === 'number' ? connect(listens, '127.0.0.1') : connect(listens)
    socket.on('connect', () => resolve(true))
    socket.on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}

/** Every process below `pid`, children before grandchildren. */
function findBelow(pid: number): number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(join('/proc', String(pid), 'task', task, 'children'), 'utf8')
        .split(' ')
        .filter((text) => text !== '')
        .map(Number),
    )
    return [...children, ...children.flatMap(findBelow)]
  } catch {
    return []
  }
}

function isAlive(pid: number): boolean {
  try {
    // A zombie has ended, and only waits for its parent to look.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

function kill(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // It has ended by itself.
    }
  }
}

async function stopAll(child: ChildProcess, pid: number): Promise<void> {
  const all = [pid, ...findBelow(pid)]
  const ended = child.exitCode !== null || child.signalCode !== null
  if (!ended) kill([pid], 'SIGTERM')
  for (let waited = 0; waited < STOP_MS && all.some(isAlive); waited += 20) {
    if (waited === STOP_MS / 2) kill(all.filter(isAlive), 'SIGTERM')
    await pause(20)
  }
  kill(all.filter(isAlive), 'SIGKILL')
}

/** What still runs when this process ends, for whatever reason, would run for ever. */
const running = new Set<number>()
process.on('exit', () => {
  for (const pid of running) kill([pid, ...findBelow(pid)], 'SIGKILL')
})

/**
 * Starts a program that stays in the foreground.
 * @throws Error with what it wrote when it ends, or does not listen in time.
 */
export async function startProcess(
  command: string,
  args: readonly string[],
  { folder, env = {}, listens }: ProcessOptions,
): Promise<RunningProcess> {
  if (await isOpen(listens)) throw new Error(`${listens} is in use already: ${command} would not get it`)
  const path = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, PATH: path, HOME: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const collect = (chunk: Buffer): void => {
    output = (output + chunk.toString('latin1')).slice(-MAX_OUTPUT)
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const failed = new Promise<Error>((resolve) => child.on('error', resolve))
  const pid = child.pid
  if (pid === undefined) throw await failed
  running.add(pid)
  child.on('exit', () => running.delete(pid))
  const stop = (): Promise<void> => stopAll(child, pid)
  for (let waited = 0; !(await isOpen(listens)); waited += 25) {
    const ended = child.exitCode !== null || child.signalCode !== null
    if (ended || waited > START_MS) {
      await stop()
      throw new Error(`${command} ${ended ? `ended with ${child.exitCode}` : 'does not listen'}:\n${output}`)
    }
    await pause(25)
  }
  return {
    pid,
    pids: () => [pid, ...findBelow(pid)],
    output: () => output,
    signal: (name) => kill([pid], name),
    stop,
  }
}
