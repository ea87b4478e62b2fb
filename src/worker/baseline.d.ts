/** The compiled policy, bundled as a data module: `sallyport build` writes it, `wrangler.toml` has the rule. */
declare module '*.bin' {
  const bundle: ArrayBuffer
  export default bundle
}
