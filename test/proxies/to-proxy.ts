/** Processes as one proxy: its own, and the auth server that it asks. */
import type { RunningProcess } from './processes.ts'
import type { RunningProxy } from './setup.ts'

export function toProxy(proxy: RunningProcess, server?: Pick<RunningProcess, 'pid' | 'stop'>): RunningProxy {
  return {
    // Its workers come and go, so that they are asked for when they are needed.
    get pids() {
      return server ? [...proxy.pids(), server.pid] : proxy.pids()
    },
    async stop() {
      await proxy.stop()
      await server?.stop()
    },
  }
}
