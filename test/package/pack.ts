/** The package as it would be published, installed in a folder of its own. */
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, symlink } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../e2e/run-node.ts'

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url))
const PARTS = ['src', 'rules', 'docs', 'package.json', 'tsconfig.json', 'LICENSE', 'README.md']

async function must(command: string, args: readonly string[], cwd: string): Promise<string> {
  const env = { PATH: `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`, HOME: cwd }
  const child = run(args, { cwd, env, node: command })
  const status = await child.ended
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status}\n${child.out()}${child.err()}`)
  return child.out()
}

/**
 * Builds in a copy of the checkout, packs, and unpacks below `node_modules` of a new folder beside it, which
 * it returns. The frameworks lie there too, as the ones of whoever installs the package would.
 */
export async function installPackage(folder: string): Promise<string> {
  const checkout = join(folder, 'checkout')
  for (const name of PARTS) {
    if (existsSync(join(ROOT, name))) await cp(join(ROOT, name), join(checkout, name), { recursive: true })
  }
  await symlink(join(ROOT, 'node_modules'), join(checkout, 'node_modules'))
  await must(process.execPath, ['src/cli/package.ts'], checkout)
  // Without scripts: they would build a second time, and look after the dependencies before.
  await must('npm', ['pack', '--ignore-scripts', '--offline', '--pack-destination', folder], checkout)
  const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'))
  const consumer = join(folder, 'consumer')
  const target = join(consumer, 'node_modules/sallyport')
  await mkdir(join(consumer, 'node_modules/@hono'), { recursive: true })
  await mkdir(target)
  await must('tar', ['-xzf', join(folder, tarball), '-C', target, '--strip-components=1'], folder)
  for (const name of ['express', 'fastify', 'hono', 'koa', '@hono/node-server']) {
    await symlink(join(ROOT, 'node_modules', name), join(consumer, 'node_modules', name))
  }
  return consumer
}
