/**
 * The licences of the libraries in the bundled command. They ask for their notices to go with every copy, and the
 * bundler keeps only those that stand in a comment of a kind of its own.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/
const NOTICE = /^(?:licen[cs]e|copying|notice)\b/i

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
}

function describePackage(folder: string): string {
  const { name, version, license }: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const notices = readdirSync(folder)
    .filter((file) => NOTICE.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
  if (notices.length === 0 && license === undefined) throw new Error(`${name} has no licence`)
  return [`${name} ${version}`, license, ...notices].join('\n\n')
}

/** `inputs`: paths of the bundled files, relative to `root`. @throws Error when a library says nothing of a licence. */
export function listLicenses(root: string, inputs: readonly string[]): string {
  const folders = new Set(inputs.flatMap((path) => FOLDER.exec(path)?.[0] ?? []))
  const texts = [...folders].map((folder) => describePackage(join(root, folder))).sort()
  return `${texts.join(`\n\n${'-'.repeat(78)}\n\n`)}\n`
}
