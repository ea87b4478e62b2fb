/**
 * Runs before `npm start`, `npm test` and the other scripts: installs what the lock file names when it is not
 * there yet or the lock file has changed since. Plain JavaScript, as any Node from 20 on must run it.
 * @module
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const lock = `${root}package-lock.json`
// A copy of the lock file that the installed tree was made from: times of files say nothing after a clone.
const stamp = `${root}node_modules/.sallyport-lock.json`

const major = Number(process.versions.node.split('.')[0])
if (major < 20) {
  console.error(`sallyport needs Node.js 20 or newer; this is ${process.version}. See https://nodejs.org/`)
  process.exit(1)
}

if (!isCurrent()) {
  console.error('Installing dependencies (npm ci), once …')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const run = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (run.status !== 0) {
    console.error('npm ci failed: see the lines above; nothing was started.')
    process.exit(run.status ?? 1)
  }
  copyFileSync(lock, stamp)
}

function isCurrent() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === readFileSync(lock, 'utf8')
}
