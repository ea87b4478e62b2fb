import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

const signature = fileURLToPath(new URL('../../src/signature', import.meta.url))

/** Bytes of what one import brings into a bundle, minified and compressed. */
async function measure(names: string, module: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: `export { ${names} } from './${module}'`, resolveDir: signature, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2024',
    write: false,
  })
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
}

test.each([
  ['the signer', 'createSigner', 'sign.ts', 1024],
  ['the verifier', 'readSigned, acceptSigned', 'verify.ts', 3072],
])('%s stays small', async (_what, names, module, limit) => {
  const size = await measure(names, module)
  expect(size).toBeGreaterThan(500)
  expect(size).toBeLessThanOrEqual(limit)
})
