import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

export const CHROMIUM: string = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** CI says that the browser has to be there; a machine without one says that it skips. */
export const hasChromium: boolean = existsSync(CHROMIUM) || process.env.SALLYPORT_REQUIRE_CHROMIUM === '1'
/** CI runs everything in the browser; `npm test` what shows soonest that something is wrong. */
export const isThorough: boolean = process.env.SALLYPORT_REQUIRE_CHROMIUM === '1'
if (!hasChromium) console.log(`skipped: no Chromium at ${CHROMIUM} (set CHROMIUM to its path)`)

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--window-size=900,700',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const run = promisify(execFile)

/** Runs it without a window until it is done. */
export function runChromium(
  args: readonly string[],
  timeout = 25_000,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return run(CHROMIUM, [...FLAGS, ...args], { timeout })
}
