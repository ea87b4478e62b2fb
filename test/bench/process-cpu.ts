/** CPU time that processes and all of their threads have had, in nanoseconds. Linux only. */
import { readdirSync, readFileSync } from 'node:fs'

function readThread(path: string): number {
  try {
    // Nanoseconds on a CPU, nanoseconds waiting, time slices.
    return Number(readFileSync(`${path}/schedstat`, 'utf8').split(' ')[0])
  } catch {
    return 0
  }
}

function readTasks(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((task) => `/proc/${pid}/task/${task}`)
  } catch {
    return []
  }
}

function readChildren(pid: number): number[] {
  return readTasks(pid).flatMap((task) => {
    try {
      return readFileSync(`${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
    } catch {
      return []
    }
  })
}

/** The processes and everything below them, each once. */
export function withChildren(pids: readonly number[]): number[] {
  const found = new Set<number>()
  const add = (pid: number): void => {
    if (found.has(pid)) return
    found.add(pid)
    for (const child of readChildren(pid)) add(child)
  }
  for (const pid of pids) add(pid)
  return [...found]
}

export function readCpu(pids: readonly number[]): number {
  return pids.flatMap(readTasks).reduce((sum, task) => sum + readThread(task), 0)
}
