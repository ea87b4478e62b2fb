/** Reports of isolates that have seen nothing unusual. */
import type { WatchReport } from '../../../src/ingress/dos/watch-protocol.ts'

const SETTINGS: WatchReport['settings'] = {
  detection: {
    mode: 'enforce',
    min_rate: 100,
    factor: 3,
    explains: 50,
    timeout: 60,
    max_timeout: 3600,
    wide_action: 'challenge',
  },
  attack_mode: { mode: 'enforce', factor: 3, min_rate: 10, error_share: 50, quiet: 600, action: 'challenge' },
}

export function makeReport(report: Partial<WatchReport> = {}): WatchReport {
  return {
    isolate: 1,
    settings: SETTINGS,
    span: 2000,
    requests: 100,
    top: [],
    routes: [],
    offenders: [],
    revision: 0,
    ...report,
  }
}
