/**
 * Tells the watch of this data centre what was seen here, and takes its orders.
 * @module
 */
import type { BanTable } from '../ingress/dos/ban-table.ts'
import type { Watch } from '../ingress/dos/watch.ts'
import type { Orders, WatchReport } from '../ingress/dos/watch-protocol.ts'

/** The part of the `WATCH` binding that is used. */
export interface WatchNamespace {
  getByName(name: string): { exchange(report: WatchReport): Promise<Orders | undefined> }
}

export interface WatchSyncStats {
  readonly exchanges: number
  readonly errors: number
}

export interface WatchSync {
  readonly stats: WatchSyncStats
  /** Exchanges when that is due, behind the answer. Never throws. */
  exchange(colo: string | undefined, now: number, keepAlive: (work: Promise<unknown>) => void): void
}

/** Milliseconds after which an exchange that has not come back is given up: its request may be gone. */
const PATIENCE = 10_000

/**
 * Orders that do not come leave those in force that are there; they end by themselves.
 * @param namespace Without it nothing is told or heard.
 */
export function createWatchSync(
  watch: Watch,
  bans: BanTable,
  namespace: WatchNamespace | undefined,
): WatchSync {
  const stats = { exchanges: 0, errors: 0 }
  let startedAt = 0

  async function run(objects: WatchNamespace, name: string, now: number): Promise<void> {
    const report = watch.drain(now, bans.revision)
    try {
      const orders = await objects.getByName(name).exchange(report)
      if (orders === undefined) return
      bans.apply(orders, Date.now())
      watch.heard(orders)
    } catch {
      stats.errors++
      watch.undelivered(report)
    } finally {
      startedAt = 0
    }
  }

  return {
    stats,
    exchange(colo, now, keepAlive) {
      if (namespace === undefined || !watch.due(now)) return
      if (startedAt !== 0 && Math.abs(now - startedAt) < PATIENCE) return
      startedAt = now
      stats.exchanges++
      keepAlive(run(namespace, `watch:v1:${colo ?? 'local'}`, now))
    },
  }
}
